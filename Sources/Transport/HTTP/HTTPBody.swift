/// The body of a request, as it comes. While nobody reads it, the client is held back.
public struct HTTPBody: AsyncSequence, Sendable {
    /// Some bytes, never none.
    public typealias Element = [UInt8]

    let connection: HTTPConnection
    let exchange: UInt64

    /// Reads piece by piece.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let connection: HTTPConnection
        let exchange: UInt64

        /// The next bytes; nil at the end.
        /// - Throws: `TransportError.connectionLost`, `.bodyTooLarge`, `.malformedBody`, `.timedOut`;
        ///   `CancellationError` when the task is cancelled.
        public mutating func next() async throws -> [UInt8]? {
            try await connection.nextBody(of: exchange)
        }

        /// The same, without leaving the caller's actor in between.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
            try await connection.nextBody(of: exchange)
        }
    }

    /// One reader at a time; a second one throws `TransportError.concurrentRead`.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(connection: connection, exchange: exchange)
    }

    /// The whole body.
    /// - Parameter limit: in bytes.
    /// - Throws: `TransportError.bodyTooLarge` as soon as more has come; what the sequence throws.
    public func collect(upTo limit: Int) async throws -> [UInt8] {
        var whole: [UInt8] = []
        for try await piece in self {
            if piece.count > limit - whole.count { throw TransportError.bodyTooLarge(limit: limit) }
            if whole.isEmpty { whole = piece } else { whole.append(contentsOf: piece) }
        }
        return whole
    }
}
