/// Outgoing HTTP, as the chat client needs it. `Transport` has the implementation.
public protocol HTTPClient: Sendable {
    /// Sends one request and hands over the response as it comes.
    /// - Parameters:
    ///   - request: what to send.
    ///   - receive: called once with `.head`, then with each piece of the body; its suspension holds the download back.
    /// - Throws: `HTTPClientError`; `.cancelled` soon after the calling task is cancelled.
    ///   An error thrown by `receive` ends the transfer and is thrown on.
    func send(
        _ request: HTTPClientRequest, receive: @Sendable (HTTPClientEvent) async throws -> Void
    ) async throws
}

/// One outgoing request.
public struct HTTPClientRequest: Sendable {
    public var method: String
    public var url: String
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]
    /// Time until the connection stands.
    public var connectTimeout: Duration
    /// Time without a single byte after which the transfer fails.
    public var idleTimeout: Duration
    /// Time for the whole transfer.
    public var timeout: Duration

    public init(
        method: String = "GET", url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        connectTimeout: Duration = .seconds(5), idleTimeout: Duration = .seconds(30),
        timeout: Duration = .seconds(30)
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.connectTimeout = connectTimeout
        self.idleTimeout = idleTimeout
        self.timeout = timeout
    }
}

/// A part of a response.
public enum HTTPClientEvent: Sendable {
    /// Status and headers; names in lower case.
    case head(status: Int, headers: [(name: String, value: String)])
    case body([UInt8])
}

/// Why a transfer failed.
public enum HTTPClientError: Error, Equatable, Sendable {
    case invalidURL(String)
    /// Name not found, connection refused, reset, or ended early.
    case unreachable(String)
    case timedOut
    case cancelled
    /// The library's own error.
    case failed(code: Int32, message: String)
}
