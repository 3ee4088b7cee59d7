import CUV

/// How a connection ends: in good order, or at once.
extension Socket {
    /// After the end of the last response the peer may send this much before it is cut off.
    static let lingerBytes = 1 << 20
    private static let farewellMilliseconds: UInt64 = 2000

    /// Ends in good order: the output leaves, as slowly as the peer takes it, but not more slowly than
    /// `stallMilliseconds` allows; then the peer gets a moment to close.
    /// - Parameter reason: told to the owner with `.closed`.
    package func finish(_ reason: TransportError? = nil) {
        guard phase == .open else { return }
        if let tls, tls.isHandshaking, outgoing.isEmpty {
            // There is nobody yet to whom an end could be said.
            close(reason)
            return
        }
        phase = .finishing
        closeReason = reason
        endsOutput = true
        updateReading()
        flush()
        endWhenFlushed()
        linger()
    }

    private func linger() {
        guard phase == .finishing else { return }
        var clock = LingerClock(stall: stallMilliseconds, farewell: Socket.farewellMilliseconds, at: loop.now)
        let timer = LoopTimer(loop: loop) { [self] in look(&clock) }
        lingerTimer = timer
        look(&clock)
    }

    /// Looks whether the peer has had its time, and when to look again.
    private func look(_ clock: inout LingerClock) {
        switch clock.verdict(hasProgressed: hasDeliveredMore(), isDelivered: isDelivered, at: loop.now) {
        case .wait(let time): lingerTimer?.start(milliseconds: time)
        case .over: close(closeReason)
        }
    }

    /// Sends the end of the stream but goes on reading.
    package func endOutput() {
        endsOutput = true
        flush()
        endWhenFlushed()
    }

    /// Ends the output, once, as soon as it has left.
    func endWhenFlushed() {
        guard endsOutput, phase != .closing, pendingBytes == 0, tls?.isHandshaking != true else { return }
        if let tls, tls.end() {
            flush()
            guard phase != .closing, pendingBytes == 0 else { return }
        }
        endsOutput = false
        let code = ShutdownRequest().start(handle.stream)
        if phase == .finishing && (hasEnded || code < 0) { close(closeReason) }
    }

    /// Ends at once; unsent output is lost.
    package func close(_ reason: TransportError? = nil) {
        guard phase != .closing else { return }
        if reason == nil && phase == .open && pendingBytes == 0, let tls, tls.end() {
            // In good order, as far as the kernel takes it at once.
            _ = offer(&tls.session.wire.output)
        }
        phase = .closing
        closeReason = reason
        lingerTimer?.close()
        lingerTimer = nil
        outgoing = []
        handle.close { handle in
            guard let data = handle?.pointee.data else { return }
            Unmanaged<Socket>.fromOpaque(data).takeRetainedValue().didClose()
        }
    }

    private func didClose() {
        let handler = onEvent
        onEvent = nil
        handler?(.closed(closeReason))
    }
}
