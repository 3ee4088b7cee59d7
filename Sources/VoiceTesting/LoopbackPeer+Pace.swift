import Transport

/// What slow clients do, on the clock of the peer's loop.
extension LoopbackPeer {
    /// Sends the bytes now and after every interval, until told to stop or the connection is over.
    public func send(_ bytes: [UInt8], everyMilliseconds interval: UInt64) {
        stopRepeating()
        guard socket.isOpen else { return }
        let timer = LoopTimer(loop: loop) { self.sendAgain(bytes, interval) }
        repetition = timer
        sendAgain(bytes, interval)
    }

    private func sendAgain(_ bytes: [UInt8], _ interval: UInt64) {
        socket.write(bytes)
        repetition?.start(milliseconds: interval)
    }

    /// Ends `send(_:everyMilliseconds:)`.
    public func stopRepeating() {
        repetition?.close()
        repetition = nil
    }

    /// Takes nothing from the kernel for a time, then reads on.
    public func pauseReading(forMilliseconds time: UInt64) {
        socket.setReading(false)
        guard socket.isOpen else { return }
        pause?.close()
        let timer = LoopTimer(loop: loop) { self.socket.setReading(true) }
        timer.start(milliseconds: time)
        pause = timer
    }

    /// From now on pauses after every read, which takes 64 KiB at most.
    public func readSlowly(pausingMilliseconds time: UInt64) {
        pauseAfterRead = time
    }
}
