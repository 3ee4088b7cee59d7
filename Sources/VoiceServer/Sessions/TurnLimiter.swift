import VoicePipeline

/// How many questions a session, and an address, may ask. A value; bounded whatever ids and addresses come.
package struct TurnLimiter: Sendable {
    /// Sessions, and addresses, that are remembered at most.
    package static let maximum = 4096

    private let perSession: Int
    private let perAddress: Int
    private var sessions: [String: TokenBucket] = [:]
    private var addresses: [String: TokenBucket] = [:]

    /// - Parameters: questions a minute.
    package init(perSession: Int, perAddress: Int) {
        self.perSession = perSession
        self.perAddress = perAddress
    }

    /// Takes a question.
    /// - Parameter now: since any fixed moment.
    /// - Returns: nil if it may be asked; otherwise the whole seconds, at least 1, until it may.
    package mutating func admit(session: String, address: String, now: Duration) -> Int? {
        var mine = sessions[session] ?? TokenBucket(perMinute: perSession, now: now)
        var ours = addresses[address] ?? TokenBucket(perMinute: perAddress, now: now)
        let wait = max(mine.wait(now: now), ours.wait(now: now))
        guard wait == .zero else { return max(1, Int((wait.milliseconds / 1000).rounded(.up))) }
        mine.take(now: now)
        ours.take(now: now)
        sessions[session] = mine
        addresses[address] = ours
        Self.trim(&sessions, now)
        Self.trim(&addresses, now)
        return nil
    }

    /// Forgets what changes nothing; then who has questions left; then everything.
    private static func trim(_ buckets: inout [String: TokenBucket], _ now: Duration) {
        guard buckets.count > maximum else { return }
        buckets = buckets.filter { !$0.value.isFull(now: now) }
        guard buckets.count > maximum / 2 else { return }
        buckets = buckets.filter { $0.value.wait(now: now) > .zero }
        if buckets.count > maximum / 2 { buckets = [:] }
    }
}
