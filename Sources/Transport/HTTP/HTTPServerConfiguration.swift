/// Where the server listens, and what it allows a client.
public struct HTTPServerConfiguration: Sendable {
    /// Where the server listens, one after the other.
    public var listeners = [HTTPListener()]
    /// Request line and header fields of one request; also the trailers and chunk extensions of one body.
    public var maxHeaderBytes = 16 * 1024
    /// More header fields in one request are refused.
    public var maxHeaderFields = 128
    /// One request's body.
    public var maxBodyBytes = 32 * 1024 * 1024
    /// The same for some paths, each with its own. There it is the handler that answers what is longer, in its own words:
    /// to read such a body throws `TransportError.bodyTooLarge` at once.
    public var maxBodyBytesOfPaths: [String: Int] = [:]
    /// A further connection is answered 503 and closed.
    public var maxConnections = 1024
    /// A further connection from the same address is answered 429 and closed. Clients behind one proxy share an address.
    public var maxConnectionsPerAddress = 256
    /// Bytes of a body kept for a handler that does not read; then the client is held back.
    public var bodyBuffer = 256 * 1024
    /// Bytes of a response kept for a client that does not read; then the handler is held back.
    public var sendHighWater = 256 * 1024
    /// From the first byte of a request to the end of its header; for the first request from the connection, and
    /// with what TLS takes.
    public var headerTimeout = Duration.seconds(10)
    /// Between requests, and without progress of a body in either direction.
    public var idleTimeout = Duration.seconds(60)
    /// Bytes a second of a request's body, on average over the time a handler waits for it, after a first `idleTimeout`.
    public var minBodyRate = 256
    /// A client that has ended its side is still answered, but not waited for longer than this without output.
    public var halfClosedTimeout = Duration.seconds(10)
    /// From the order to stop until what still runs is cut off.
    public var drainTimeout = Duration.seconds(10)
    /// One incoming WebSocket message, in bytes.
    public var maxWebSocketMessage = 1024 * 1024
    /// Fragments of one incoming WebSocket message.
    public var maxWebSocketFragments = 16_384
    /// Outgoing WebSocket bytes that wait for a client; then the sender is held back.
    public var maxWebSocketQueue = 256 * 1024
    /// From the first to the last byte of one incoming WebSocket message.
    public var messageTimeout = Duration.seconds(30)
    /// A WebSocket peer gets a ping after this time without a sign of life, and is given up after twice this time.
    public var pingInterval = Duration.seconds(25)

    /// The defaults: 127.0.0.1, port 8000.
    public init() {}

    /// - Parameter port: 0 lets the system choose.
    public init(host: String = "127.0.0.1", port: Int) {
        listeners = [HTTPListener(host: host, port: port)]
    }

    /// What a WebSocket of this server begins with.
    public var webSocket: WebSocketConfiguration {
        var configuration = WebSocketConfiguration()
        configuration.maxMessageBytes = maxWebSocketMessage
        configuration.maxFragments = maxWebSocketFragments
        configuration.sendHighWater = maxWebSocketQueue
        configuration.messageTimeout = messageTimeout
        configuration.stallTimeout = idleTimeout
        configuration.pingInterval = pingInterval
        return configuration
    }
}

extension Duration {
    /// Whole milliseconds, at least 1, at most about 24 days.
    var loopMilliseconds: UInt64 {
        let (seconds, attoseconds) = components
        let bounded = Swift.min(Swift.max(seconds, 0), 2_000_000)
        return UInt64(Swift.max(1, bounded * 1000 + Swift.max(0, attoseconds) / 1_000_000_000_000_000))
    }
}
