/// Limits of one WebSocket.
public struct WebSocketConfiguration: Sendable {
    /// A longer message closes the connection with 1009.
    public var maxMessageBytes = 1024 * 1024
    /// More fragments in one message close the connection with 1008.
    public var maxFragments = 16_384
    /// More pings, pongs and close frames a second close the connection with 1008.
    public var controlFramesPerSecond = 100
    /// Received bytes that wait for a handler which does not read; then the peer is held back.
    public var receiveBuffer = 256 * 1024
    /// Bytes that wait for a peer which does not read; then the sender is held back.
    public var sendHighWater = 256 * 1024
    /// The peer gets a ping after this time without a sign of life, and is given up after twice this time.
    public var pingInterval = Duration.seconds(25)
    /// From the first to the last byte of one message; then the connection is closed with 1008.
    public var messageTimeout = Duration.seconds(30)
    /// How long output may wait for a peer that takes none of it; then the connection is cut.
    public var stallTimeout = Duration.seconds(60)
    /// How long the peer may take to answer a close frame.
    public var closeTimeout = Duration.seconds(5)

    /// The defaults.
    public init() {}

    var codecLimits: WebSocketCodec.Limits {
        .init(messageBytes: maxMessageBytes, fragments: maxFragments, receiveBuffer: receiveBuffer)
    }
}
