/// Answers one request, once.
public struct HTTPResponder: Sendable {
    let connection: HTTPConnection
    let exchange: UInt64
    let request: HTTPRequest
    /// What every answer has besides its own fields.
    private var common: HTTPHeaders = [:]

    init(connection: HTTPConnection, exchange: UInt64, request: HTTPRequest) {
        self.connection = connection
        self.exchange = exchange
        self.request = request
    }

    /// The same responder; whatever it answers has these fields too.
    public func adding(_ headers: HTTPHeaders) -> HTTPResponder {
        var responder = self
        for (name, value) in headers { responder.common.append(name, value) }
        return responder
    }

    /// Takes a client for gone that ends its side before it is answered, so that the handler is cancelled at once. For work
    /// that is long and only for the one who asked. Without it, such a client is given the time to read its answer.
    public func endWithPeer() async {
        await connection.endWithPeer(exchange)
    }

    /// Sends a whole response. Content-Length, Date and Connection are added.
    /// - Parameter status: 200…599
    /// - Throws: `TransportError.responseAlreadySent`, `.invalidHeader`, `.connectionLost`.
    public func respond(_ status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) async throws {
        try await connection.begin(exchange, status: status, headers: whole(headers), length: body.count)
        if body.count <= HTTPResponder.slice {
            try await connection.write(exchange, body)
        } else {
            for start in stride(from: 0, to: body.count, by: HTTPResponder.slice) {
                try await connection.write(exchange, Array(body[start..<min(start + HTTPResponder.slice, body.count)]))
            }
        }
        try await connection.finish(exchange)
    }

    private func whole(_ headers: HTTPHeaders) -> HTTPHeaders {
        var headers = headers
        for (name, value) in common { headers.append(name, value) }
        return headers
    }

    /// A longer body is handed over in pieces, so that it does not wait in memory twice.
    private static let slice = 64 * 1024

    /// Sends a response piece by piece, chunked unless `headers` has a Content-Length.
    /// - Throws: what `body` throws, after which the client sees the response cut off; `TransportError`.
    public func stream(
        _ status: Int, headers: HTTPHeaders = [:], isolation: isolated (any Actor)? = #isolation,
        _ body: (HTTPBodyWriter) async throws -> Void
    ) async throws {
        try await connection.begin(exchange, status: status, headers: whole(headers), length: nil)
        try await body(HTTPBodyWriter(connection: connection, exchange: exchange))
        try await connection.finish(exchange)
    }

    /// Opens the WebSocket that the request asks for, and closes it when the handler returns (1000; 1001 when the server
    /// stops) or throws (1011).
    /// - Parameters:
    ///   - configuration: the server's limits unless given.
    ///   - handler: its task is cancelled when the connection goes.
    /// - Throws: `HTTPError` 400 or 426 when the request does not ask for a WebSocket properly; what the handler throws.
    public func webSocket(
        _ configuration: WebSocketConfiguration? = nil, isolation: isolated (any Actor)? = #isolation,
        _ handler: (WebSocket) async throws -> Void
    ) async throws {
        let opened = try await connection.upgrade(exchange, configuration)
        do {
            try await handler(WebSocket(connection: opened))
        } catch {
            await opened.close(code: 1011, reason: "")
            throw error
        }
        if opened.isDraining {
            await opened.close(code: 1001, reason: "the server stops")
        } else {
            await opened.close(code: 1000, reason: "")
        }
    }
}

/// Sends the body of one response piece by piece.
public struct HTTPBodyWriter: Sendable {
    let connection: HTTPConnection
    let exchange: UInt64

    /// Sends the next bytes; suspends while too much waits for the client.
    /// - Throws: `TransportError.connectionLost`, `.contentLengthMismatch`; `CancellationError` when the task is
    ///   cancelled while it waits.
    public func write(_ bytes: [UInt8]) async throws {
        try await connection.write(exchange, bytes)
    }

    /// Sends the next bytes, as UTF-8.
    public func write(_ text: String) async throws {
        try await connection.write(exchange, Array(text.utf8))
    }
}
