/// Limits how often something may happen: so many at once, then at a steady rate. A value; the caller brings the time.
public struct TokenBucket: Equatable, Sendable {
    /// How often a minute.
    public let perMinute: Int
    private var tokens: Double
    private var updated: Duration

    /// A full bucket: a minute's worth may come at once.
    /// - Parameters:
    ///   - perMinute: at least 1.
    ///   - now: since any fixed moment.
    public init(perMinute: Int, now: Duration) {
        self.perMinute = max(1, perMinute)
        tokens = Double(max(1, perMinute))
        updated = now
    }

    /// Whether it is as it was at the start, so that nothing is lost by forgetting it.
    public func isFull(now: Duration) -> Bool { refilled(now) >= Double(perMinute) }

    /// Time until something may happen; zero if it may now.
    public func wait(now: Duration) -> Duration {
        let missing = 1 - refilled(now)
        // What was waited for as told is there, whatever was lost in rounding.
        return missing <= 1e-6 ? .zero : .milliseconds(Int64((missing * 60_000 / Double(perMinute)).rounded(.up)))
    }

    /// Takes one.
    public mutating func take(now: Duration) {
        tokens = max(0, refilled(now) - 1)
        updated = max(updated, now)
    }

    private func refilled(_ now: Duration) -> Double {
        let minutes = max(0, (now - updated).milliseconds) / 60_000
        return min(Double(perMinute), tokens + minutes * Double(perMinute))
    }
}
