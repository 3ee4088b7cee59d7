/// Limits of one WebSocket.
public struct WebSocketConfiguration: Sendable {
    /// A longer message closes the connection with 1009.
    public var maxMessageBytes = 1024 * 1024
    /// Received bytes that wait for a handler which does not read; then the peer is held back.
    public var receiveBuffer = 256 * 1024
    /// Bytes that wait for a peer which does not read; then the sender is held back.
    public var sendHighWater = 256 * 1024
    /// The peer gets a ping after this time without a sign of life, and is given up after twice this time.
    public var pingInterval = Duration.seconds(20)
    /// How long the peer may take to answer a close frame.
    public var closeTimeout = Duration.seconds(5)

    /// The defaults.
    public init() {}
}
