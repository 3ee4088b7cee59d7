/// What a server's connections have come to, at one moment. Counters count from the server's start.
public struct TransportStatistics: Equatable, Sendable {
    /// Connections that are open, WebSockets among them.
    public var connections = 0
    public var webSockets = 0
    /// Connections that were ever taken.
    public var accepted = 0
    /// Connections turned away because there were too many in all (503).
    public var refusedTotal = 0
    /// Connections turned away because there were too many from their address (429).
    public var refusedPerAddress = 0
    /// Requests answered before any handler saw them: malformed, too large, too slow.
    public var refusedRequests = 0
    /// Bytes of HTTP and WebSocket, inside TLS.
    public var bytesIn = 0
    public var bytesOut = 0
    /// Connections given up because the peer was too slow: a body, a message or a reader that stopped, silence.
    public var droppedSlow = 0
    /// WebSockets closed because the peer broke a rule.
    public var violations = 0
    /// The longest time, in milliseconds, that the loop was busy without looking at its sockets.
    public var longestTurnMilliseconds = 0

    public init() {}
}
