import CUV

/// How a connection ends: in good order, or at once.
extension Socket {
    /// After the end of the last response the peer may send this much, for this long, before it is cut off.
    static let lingerBytes = 1 << 20
    private static let lingerMilliseconds: UInt64 = 2000

    /// Ends in good order: the output leaves, then the peer gets a moment to read it and to close.
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
        let timer = LoopTimer(loop: loop) { [self] in close(closeReason) }
        timer.start(milliseconds: Socket.lingerMilliseconds)
        lingerTimer = timer
        updateReading()
        flush()
        endWhenFlushed()
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
