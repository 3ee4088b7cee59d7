/// Decides when a peer is to be pinged, and when it has been silent or slow for too long.
///
/// All times are milliseconds of one monotonic clock.
package struct WebSocketClock: Sendable {
    package enum Verdict: Equatable, Sendable {
        case wait
        /// The peer is to be pinged now.
        case ping
        /// The ping went unanswered.
        case silent
        /// Output waits and the peer takes none of it.
        case stalled
        /// The message that has begun takes too long.
        case slowMessage
    }

    private let pingInterval: UInt64
    private let messageTimeout: UInt64
    private let stallTimeout: UInt64
    private let controlFramesPerSecond: Int
    private var lastSign: UInt64 = 0
    private var lastOutput: UInt64 = 0
    /// When the message began that is not complete yet.
    private var messageSince: UInt64?
    private var milestone: UInt64 = 0
    private var isPinged = false
    private var second: UInt64 = 0

    package init(_ configuration: WebSocketConfiguration) {
        pingInterval = configuration.pingInterval.loopMilliseconds
        messageTimeout = configuration.messageTimeout.loopMilliseconds
        stallTimeout = configuration.stallTimeout.loopMilliseconds
        controlFramesPerSecond = configuration.controlFramesPerSecond
    }

    /// - Parameter phase: 0…1023: brings the first ping up to half an interval forward, so that the pings of clients
    ///   that all came at once do not go on coming at once.
    package mutating func begin(at now: UInt64, phase: UInt64) {
        lastSign = now - min(now, pingInterval / 2048 * min(phase, 1023))
        lastOutput = now
    }

    /// The peer sent something, or took something.
    package mutating func sawSign(at now: UInt64) {
        lastSign = now
        isPinged = false
    }

    /// The peer took output, or output began to wait.
    package mutating func sawOutput(at now: UInt64) {
        lastOutput = now
    }

    /// This side let the peer wait: its message is not late.
    package mutating func heldPeerBack(at now: UInt64) {
        if messageSince != nil { messageSince = now }
    }

    /// - Parameter milestone: grows whenever a message is complete.
    /// - Returns: true when a message has begun whose time is to be watched from now on.
    package mutating func sawMessage(milestone: UInt64, isMidMessage: Bool, at now: UInt64) -> Bool {
        let isNew = milestone != self.milestone || messageSince == nil
        self.milestone = milestone
        guard isMidMessage else {
            messageSince = nil
            return false
        }
        if isNew { messageSince = now }
        return isNew
    }

    /// How many control frames may still come in this second.
    package mutating func controlFrames(left: Int, at now: UInt64) -> Int {
        guard now >= second else { return left }
        second = now + 1000
        return controlFramesPerSecond
    }

    /// When to ask for a verdict.
    package func due(hasOutput: Bool) -> UInt64 {
        var due = lastSign + (isPinged ? 2 : 1) * pingInterval
        if let messageSince { due = min(due, messageSince + messageTimeout) }
        if hasOutput { due = min(due, lastOutput + stallTimeout) }
        return due
    }

    package mutating func verdict(at now: UInt64, hasOutput: Bool) -> Verdict {
        if let messageSince, now >= messageSince + messageTimeout { return .slowMessage }
        if hasOutput, now >= lastOutput + stallTimeout { return .stalled }
        if now >= lastSign + 2 * pingInterval { return .silent }
        if now >= lastSign + pingInterval, !isPinged {
            isPinged = true
            return .ping
        }
        return .wait
    }
}
