import Transport

/// A bare TCP server on 127.0.0.1 that answers every connection with the same bytes and then does as told.
public actor LoopbackScript {
    /// What follows the bytes.
    public enum Ending: Sendable {
        /// The connection stays open, silent.
        case hang
        /// The stream ends in good order.
        case end
        /// The connection is cut.
        case cut
    }

    private let loop: EventLoop
    private var listener: Listener?
    private let answer: [UInt8]
    private let ending: Ending
    private var sockets: [Socket] = []
    private var closed = 0
    private let changed: LoopCondition

    /// The script lives on its loop.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// - Parameter answer: sent when the first bytes of a connection come; with `.hang` at each later read too.
    public init(answer: String, ending: Ending) throws {
        let loop = try EventLoop(name: "script")
        self.loop = loop
        self.answer = Array(answer.utf8)
        self.ending = ending
        changed = LoopCondition(loop: loop)
    }

    /// - Returns: the port.
    public func listen() throws -> Int {
        guard let address = SocketAddress(numeric: "127.0.0.1", port: 0) else { throw LoopbackServerError.notListening }
        let listener = Listener(loop: loop)
        self.listener = listener
        return try listener.listen(on: address) { socket in self.accept(socket) }
    }

    private func accept(_ socket: Socket) {
        sockets.append(socket)
        let repeats = ending == .hang
        var isAnswered = false
        socket.onEvent = { event in
            switch event {
            case .received where repeats || !isAnswered:
                isAnswered = true
                self.reply(socket)
            case .ended:
                socket.close()
            case .closed:
                self.closed += 1
                self.changed.notifyAll()
            case .received, .progressed:
                break
            }
        }
        socket.setReading(true)
    }

    private func reply(_ socket: Socket) {
        socket.write(answer)
        switch ending {
        case .hang: break
        case .end: socket.finish()
        case .cut:
            socket.flush()
            socket.close()
        }
    }

    /// How many connections have come.
    public var accepted: Int { sockets.count }

    /// Waits until so many connections are over.
    public func untilClosed(_ count: Int) async throws {
        while true {
            let seen = changed.count
            if closed >= count { return }
            try await changed.wait(since: seen, isolation: self)
        }
    }

    /// Stops listening and cuts what is open.
    public func stop() {
        listener?.close()
        for socket in sockets { socket.close() }
        sockets = []
    }
}
