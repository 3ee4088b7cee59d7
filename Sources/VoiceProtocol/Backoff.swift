/// How long to wait before the next attempt: doubling, bounded, spread by chance so that clients do not return at once.
public struct Backoff: Equatable, Sendable {
    /// Milliseconds.
    public let first: Int
    public let limit: Int
    private var attempt = 0

    public init(first: Int = 500, limit: Int = 30_000) {
        self.first = max(1, first)
        self.limit = max(self.first, limit)
    }

    /// The next wait.
    /// - Parameter random: any number; equal numbers give equal waits, so tests can choose.
    /// - Returns: milliseconds, between half of the doubled value and the whole of it.
    public mutating func next(random: UInt32) -> Int {
        var ceiling = first
        for _ in 0..<attempt where ceiling < limit { ceiling = min(limit, ceiling * 2) }
        attempt = min(attempt + 1, 32)
        let half = ceiling / 2
        return half + Int(random % UInt32(truncatingIfNeeded: max(1, ceiling - half + 1)))
    }

    /// Begins anew after a success.
    public mutating func reset() { attempt = 0 }
}
