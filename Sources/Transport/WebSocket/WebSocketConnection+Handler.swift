/// What handlers do, by way of `WebSocket`.
extension WebSocketConnection {
    /// All messages that have come; suspends until there is one.
    /// - Returns: nil after the end, or when the server stops.
    /// - Throws: `TransportError` when the end was not in order.
    func nextBatch() async throws -> [WebSocketMessage]? {
        guard !isReadAwaited else { throw TransportError.concurrentRead }
        while true {
            let count = received.count
            if isDraining, phase == .open {
                let last = lastMessages
                lastMessages = []
                return last.isEmpty ? nil : last
            }
            if codec.hasMessages {
                let batch = codec.takeMessages()
                resume()
                return batch
            }
            guard phase == .open else {
                if let endReason { throw endReason }
                return nil
            }
            isReadAwaited = true
            defer { isReadAwaited = false }
            try await received.wait(since: count, isolation: self)
        }
    }

    /// - Throws: `TransportError.closed` once the connection is closing.
    func send(_ bytes: [UInt8], isText: Bool) async throws {
        while phase == .open && socket.pendingBytes > configuration.sendHighWater {
            let count = changed.count
            socket.flush()
            guard socket.pendingBytes > configuration.sendHighWater else { break }
            try await changed.wait(since: count, isolation: self)
        }
        guard phase == .open, codec.send(bytes, isText: isText) else {
            throw endReason ?? TransportError.closed(code: closeCode ?? 1006)
        }
        sendOutput()
    }

    /// - Throws: `TransportError.closed` once the connection is closing.
    func ping() throws -> UInt64 {
        guard phase == .open, let number = codec.numberedPing() else {
            throw endReason ?? TransportError.closed(code: closeCode ?? 1006)
        }
        sendOutput()
        return number
    }

    /// Waits for the answer to a ping.
    /// - Returns: false when the connection ended before.
    func answered(_ ping: UInt64) async throws -> Bool {
        while true {
            let count = changed.count
            if codec.pings.answered >= ping { return true }
            guard phase == .open else { return false }
            try await changed.wait(since: count, isolation: self)
        }
    }

    /// Sends a close frame and waits until the connection is over.
    func close(code: UInt16, reason: String) async {
        beginClosing(code: code, reason: reason)
        await untilGone()
    }

    /// Sends a close frame and lets the rest happen.
    func beginClosing(code: UInt16, reason: String) {
        guard phase == .open else { return }
        phase = .closing
        codec.close(code: code, reason: reason)
        received.notifyAll()
        changed.notifyAll()
        decode()
        if phase == .closing { beginLingering() }
    }

    /// Sends a close frame and goes, without waiting for the peer's.
    func leave(code: UInt16, reason: String = "") {
        beginClosing(code: code, reason: reason)
        guard phase == .closing else { return }
        finish(code: code, reason: .closed(code: code))
    }

    /// Cuts the connection off.
    func abort() {
        socket.close(.connectionLost)
    }

    func untilGone() async {
        while true {
            let count = changed.count
            if phase == .gone { return }
            await changed.waitUncancelled(since: count, isolation: self)
        }
    }

    // MARK: Time

    func startTimer() {
        guard phase == .open else { return }
        let due = clock.due(hasOutput: socket.pendingBytes > 0)
        timer?.start(milliseconds: max(1, due - min(due, loop.now)))
    }

    /// Looks whether the peer took too long, and when to look again.
    func watch() {
        guard phase == .open else {
            watchEnd()
            return
        }
        if socket.pendingBytes > 0 && socket.hasDeliveredMore() {
            clock.sawSign(at: loop.now)
            clock.sawOutput(at: loop.now)
        }
        if holdsPeerBack { clock.heldPeerBack(at: loop.now) }
        switch clock.verdict(at: loop.now, hasOutput: socket.pendingBytes > 0) {
        case .wait:
            break
        case .ping:
            _ = codec.ping()
            sendOutput()
        case .silent, .stalled:
            counters?.droppedSlow.add(1)
            socket.close(.timedOut)
            return
        case .slowMessage:
            counters?.droppedSlow.add(1)
            codec.refuse(code: 1008, reason: "the message took too long")
            decode()
        }
        startTimer()
    }

    /// From here on the peer has the time to take what waits, and then the time to close.
    func beginLingering() {
        linger = LingerClock(
            stall: configuration.stallTimeout.loopMilliseconds, farewell: configuration.closeTimeout.loopMilliseconds,
            at: loop.now)
        watchEnd()
    }

    private func watchEnd() {
        guard phase == .closing || phase == .finishing else { return }
        switch linger?.verdict(
            hasProgressed: socket.hasDeliveredMore(), isDelivered: socket.isDelivered, at: loop.now)
        {
        case .wait(let time): timer?.start(milliseconds: time)
        case .over: socket.close(.timedOut)
        case nil: break
        }
    }
}
