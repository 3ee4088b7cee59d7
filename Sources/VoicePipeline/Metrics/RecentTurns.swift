/// How long the last turns took, for a person who looks now; the histograms are for what is kept.
public final class RecentTurns: Sendable {
    /// Turns that are remembered.
    public static let limit = 256

    /// Percentiles in milliseconds from the end of speech; nil without turns.
    public struct Percentiles: Equatable, Sendable {
        public var p50: Double
        public var p95: Double
        public var p99: Double

        package init(p50: Double, p95: Double, p99: Double) {
            self.p50 = p50
            self.p95 = p95
            self.p99 = p99
        }
    }

    private struct State {
        var times: [Double] = []
        var next = 0
    }

    private let state = Guarded(State())

    public init() {}

    /// - Parameter milliseconds: from the end of speech to the last audio.
    public func add(_ milliseconds: Double) {
        guard milliseconds.isFinite else { return }
        state.withLock { state in
            if state.times.count < Self.limit {
                state.times.append(milliseconds)
            } else {
                state.times[state.next] = milliseconds
            }
            state.next = (state.next + 1) % Self.limit
        }
    }

    /// How many turns the percentiles are of.
    public var count: Int { state.withLock { $0.times.count } }

    /// - Returns: nil before the first turn.
    public var percentiles: Percentiles? {
        let sorted = state.withLock { $0.times }.sorted()
        guard !sorted.isEmpty else { return nil }
        // The smallest value that so many of a hundred do not exceed.
        func percentile(_ share: Double) -> Double {
            sorted[min(sorted.count - 1, Int((share * Double(sorted.count)).rounded(.up)) - 1)]
        }
        return Percentiles(p50: percentile(0.5), p95: percentile(0.95), p99: percentile(0.99))
    }
}
