/// One request; its body may still be on the way. Shared by all who answer it.
public final class HTTPRequest: Sendable {
    /// In upper case, as `GET`.
    public let method: String
    /// As in the request line.
    public let target: String
    /// Percent-decoded; begins with `/` (or is `*`) and has no `.` or `..` segments.
    public let path: String
    /// The fields of the query, decoded, in order.
    public let query: [(name: String, value: String)]
    /// In the order they came.
    public let headers: HTTPHeaders
    /// Can be read once.
    public let body: HTTPBody
    /// The peer's numeric address, without the port.
    public let remoteAddress: String
    /// Names the request in the log and in the answer's `X-Request-Id`: the caller's own, if it gave a proper one.
    public let id: String
    /// Whether it came by TLS.
    public let isEncrypted: Bool
    /// Whether the client asks for a WebSocket; `HTTPResponder.webSocket` checks the rest.
    public let isWebSocketUpgrade: Bool

    init(
        method: String, target: String, path: String, query: [(name: String, value: String)], headers: HTTPHeaders,
        body: HTTPBody, remoteAddress: String, id: String, isEncrypted: Bool, isWebSocketUpgrade: Bool
    ) {
        self.method = method
        self.target = target
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.remoteAddress = remoteAddress
        self.id = id
        self.isEncrypted = isEncrypted
        self.isWebSocketUpgrade = isWebSocketUpgrade
    }

    /// The value of the first field of the query with that name.
    public func query(_ name: String) -> String? {
        query.first { $0.name == name }?.value
    }
}
