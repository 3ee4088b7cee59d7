extension Configuration {
    /// What a client may use of the server; each has its setting's name.
    public struct Limits: Equatable, Sendable {
        /// Clients at once, in all and from one address.
        public var connections = 1024
        public var connectionsPerAddress = 256
        /// Questions a minute, of one session and from one address.
        public var turnsPerMinute = 30
        public var turnsPerMinutePerAddress = 120
        /// Questions of one session that may wait behind the one that runs.
        public var waitingTurns = 4
        public var utteranceSeconds = 30
        /// How fast the sound of one streaming client is taken, times real time; then it is read more slowly.
        public var audioSpeed = 4
        /// Request line and header fields of one request, bytes.
        public var headerBytes = 16 * 1024
        /// Body of one request, bytes.
        public var bodyBytes = 32 * 1024 * 1024
        /// One WebSocket message, whatever its frames, bytes.
        public var messageBytes = 1024 * 1024
        /// Output that waits for one client, bytes; then its answers wait.
        public var queueBytes = 256 * 1024
        /// From the connection to a TLS session, and from the first byte of a request to the end of its header, seconds.
        public var headerSeconds = 10
        /// From the opening of a WebSocket to the protocol's handshake, seconds.
        public var handshakeSeconds = 10
        /// From the first to the last byte of one WebSocket message, seconds.
        public var messageSeconds = 30
        /// Without progress between requests, of a body, or of output that waits, seconds.
        public var idleSeconds = 60
        /// A session that says nothing for so long is closed, seconds.
        public var sessionIdleSeconds = 3600
        /// Silence after an answer until a hands-free session is asked whether anyone is there, seconds; 0 never asks.
        public var stillThereSeconds = 30
        /// From the order to stop until what still runs is cut off, seconds.
        public var drainSeconds = 15

        public init() {}
    }
}

extension Setting {
    static let limits: [Setting] = [
        .number("MAX_CONNECTIONS", "clients at once", 1...65_536, \.configuration.limits.connections),
        .number(
            "MAX_CONNECTIONS_PER_ADDRESS", "clients at once from one address", 1...65_536,
            \.configuration.limits.connectionsPerAddress),
        .number(
            "TURNS_PER_MINUTE", "questions a minute of one session", 1...6000, \.configuration.limits.turnsPerMinute),
        .number(
            "TURNS_PER_MINUTE_PER_ADDRESS", "questions a minute from one address", 1...60_000,
            \.configuration.limits.turnsPerMinutePerAddress),
        .number(
            "MAX_WAITING_TURNS", "questions of one session that may wait", 0...64,
            \.configuration.limits.waitingTurns),
        .number("MAX_UTTERANCE_SECONDS", "longest question", 1...30, \.configuration.limits.utteranceSeconds),
        .number(
            "MAX_AUDIO_SPEED", "how fast a streaming client's sound is taken, times real time", 2...1000,
            \.configuration.limits.audioSpeed),
        .number("MAX_HEADER_BYTES", "header of one request", 1024...1_048_576, \.configuration.limits.headerBytes),
        .number("MAX_BODY_BYTES", "body of one request", 1024...1_073_741_824, \.configuration.limits.bodyBytes),
        .number(
            "MAX_MESSAGE_BYTES", "one WebSocket message", 4096...67_108_864, \.configuration.limits.messageBytes),
        .number(
            "MAX_QUEUE_BYTES", "output that waits for one client", 16_384...67_108_864,
            \.configuration.limits.queueBytes),
        .number("HEADER_SECONDS", "time for a request's header", 1...600, \.configuration.limits.headerSeconds),
        .number(
            "HANDSHAKE_SECONDS", "time for a device's handshake", 1...600, \.configuration.limits.handshakeSeconds),
        .number(
            "MESSAGE_SECONDS", "time for one WebSocket message", 1...600, \.configuration.limits.messageSeconds),
        .number("IDLE_SECONDS", "time without progress", 1...3600, \.configuration.limits.idleSeconds),
        .number(
            "SESSION_IDLE_SECONDS", "time a silent session stays connected", 1...604_800,
            \.configuration.limits.sessionIdleSeconds),
        .number(
            "STILL_THERE_SECONDS", "silence until a hands-free session is asked; 0 never", 0...3600,
            \.configuration.limits.stillThereSeconds),
        .number("DRAIN_SECONDS", "time for running turns at the end", 1...600, \.configuration.limits.drainSeconds),
    ]
}
