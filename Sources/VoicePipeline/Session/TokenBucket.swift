/// Limits how often something may happen: so many at once, then at a steady rate. A value; the caller brings the time.
public struct TokenBucket: Equatable, Sendable {
    /// How often a minute.
    public let perMinute: Int
    /// How many may come at once.
    private let capacity: Double
    private var tokens: Double
    private var updated: Duration

    /// A full bucket.
    /// - Parameters:
    ///   - perMinute: at least 1.
    ///   - atOnce: at least 1; nil for a minute's worth.
    ///   - now: since any fixed moment.
    public init(perMinute: Int, atOnce: Int? = nil, now: Duration) {
        self.perMinute = max(1, perMinute)
        capacity = Double(max(1, atOnce ?? perMinute))
        tokens = capacity
        updated = now
    }

    /// Whether it is as it was at the start, so that nothing is lost by forgetting it.
    public func isFull(now: Duration) -> Bool { refilled(now) >= capacity }

    /// Time until something may happen; zero if it may now.
    public func wait(now: Duration) -> Duration {
        let missing = 1 - refilled(now)
        // What was waited for as told is there, whatever was lost in rounding.
        return missing <= 1e-6 ? .zero : .milliseconds(Int64((missing * 60_000 / Double(perMinute)).rounded(.up)))
    }

    /// Takes one, or so many: what is not there yet is owed.
    /// - Parameter count: at least 0.
    public mutating func take(_ count: Double = 1, now: Duration) {
        tokens = max(min(0, 1 - count), refilled(now) - count)
        updated = max(updated, now)
    }

    private func refilled(_ now: Duration) -> Double {
        let minutes = max(0, (now - updated).milliseconds) / 60_000
        return min(capacity, tokens + minutes * Double(perMinute))
    }
}
