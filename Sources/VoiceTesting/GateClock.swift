import VoicePipeline

/// A clock on which every sleep ends when the test says so, and not before.
public struct GateClock: Clock {
    private let gate: Latch

    public init(_ gate: Latch) {
        self.gate = gate
    }

    public var now: ContinuousClock.Instant { .now }
    public var minimumResolution: Duration { .nanoseconds(1) }

    public func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        await gate.wait()
        try Task.checkCancellation()
    }
}
