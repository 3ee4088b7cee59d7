/// An open WebSocket, of a server or a client.
public struct WebSocket: Sendable {
    let connection: WebSocketConnection

    /// What the peer sends, until it closes or the server stops (`isDraining`). While nobody reads, the peer is held
    /// back.
    public var messages: WebSocketMessages { WebSocketMessages(connection: connection) }

    /// The code that ended the connection; nil before. 1005: the peer gave none; 1006: the connection was lost.
    public var closeCode: UInt16? { connection.closeCode }

    /// The server stops: `messages` has ended although the peer is there. What runs may be finished and sent; then the
    /// handler returns, and the peer is told 1001. What is left after the drain timeout is cut off.
    public var isDraining: Bool { connection.isDraining }

    /// Sends a text message; suspends while too much waits for the peer.
    /// - Parameter text: UTF-8.
    /// - Throws: `TransportError.closed`, `.connectionLost` and the like once nothing can be sent;
    ///   `CancellationError` when the task is cancelled while it waits.
    public func send(text: [UInt8]) async throws {
        try await connection.send(text, isText: true)
    }

    /// Sends a text message; suspends while too much waits for the peer.
    public func send(text: String) async throws {
        try await connection.send(Array(text.utf8), isText: true)
    }

    /// Sends a binary message; suspends while too much waits for the peer.
    public func send(binary: [UInt8]) async throws {
        try await connection.send(binary, isText: false)
    }

    /// A ping that was sent.
    public struct Ping: Equatable, Sendable {
        let number: UInt64
    }

    /// Sends a ping behind what was sent before. A peer that follows RFC 6455 answers it in its turn, by itself.
    /// - Throws: as `send`.
    public func ping() async throws -> Ping {
        Ping(number: try await connection.ping())
    }

    /// Waits until the peer has answered a ping, and so has received everything that was sent before it.
    /// - Returns: false when the connection began to close before it did.
    /// - Throws: `CancellationError` when the task is cancelled before.
    public func answered(ping: Ping) async throws -> Bool {
        try await connection.answered(ping.number)
    }

    /// Closes without waiting: `messages` end, whatever waits in `send` fails, and the peer gets the code.
    /// - Parameters:
    ///   - code: 1000…1003, 1007…1011 or 3000…4999.
    ///   - reason: at most 123 bytes of it are sent.
    public func startClosing(code: UInt16, reason: String = "") async {
        await connection.beginClosing(code: code, reason: reason)
    }

    /// Closes, and waits until the connection is over.
    /// - Parameters:
    ///   - code: 1000…1003, 1007…1011 or 3000…4999.
    ///   - reason: at most 123 bytes of it are sent.
    public func close(code: UInt16 = 1000, reason: String = "") async {
        await connection.close(code: code, reason: reason)
    }
}

/// The messages of a WebSocket. Ends when either side closes in good order, and when the server stops.
public struct WebSocketMessages: AsyncSequence, Sendable {
    /// One whole message at a time.
    public typealias Element = WebSocketMessage

    let connection: WebSocketConnection

    /// Hands out messages one by one; those that came together cost one trip to the loop together.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let connection: WebSocketConnection
        private var batch: [WebSocketMessage] = []
        private var position = 0

        init(connection: WebSocketConnection) {
            self.connection = connection
        }

        /// - Throws: `TransportError.connectionLost`, `.timedOut` or `.protocolViolation` when the connection did not
        ///   end in good order; `CancellationError` when the task is cancelled and no message waits.
        public mutating func next() async throws -> WebSocketMessage? {
            try await next(isolation: nil)
        }

        /// The same, without leaving the caller's actor while messages wait.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> WebSocketMessage? {
            if position < batch.count {
                // No defer here: Swift 6.0 cannot compile one in a function with an isolated parameter.
                position += 1
                return batch[position - 1]
            }
            batch = []
            guard let next = try await connection.nextBatch(), let first = next.first else { return nil }
            batch = next
            position = 1
            return first
        }
    }

    /// One reader at a time; a second one throws `TransportError.concurrentRead`.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(connection: connection)
    }
}
