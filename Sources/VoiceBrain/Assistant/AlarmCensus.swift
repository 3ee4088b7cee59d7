import VoicePipeline

/// Counts now and then how many timers and alarms are set, for the metrics.
public struct AlarmCensus: Service {
    private let store: any AssistantStore
    private let clock: any Clock<Duration>
    private let found: @Sendable (Int) -> Void

    /// Time between two counts.
    private static let period = Duration.seconds(30)
    /// Counting ends here: what one user sets must not cost the others' time.
    package static let limit = 1000

    /// - Parameter found: told each count.
    public init(
        store: any AssistantStore, clock: any Clock<Duration> = ContinuousClock(),
        found: @escaping @Sendable (Int) -> Void
    ) {
        self.store = store
        self.clock = clock
        self.found = found
    }

    public func run() async throws {
        while !Task.isCancelled {
            // A store that cannot be read is told of by those who need it.
            if let count = try? await count() { found(count) }
            try await clock.sleep(for: Self.period)
        }
    }

    private func count() async throws(StorageError) -> Int {
        var count = 0
        var after = -Double.greatestFiniteMagnitude
        while count < Self.limit {
            let next = try await store.nextAlarms(after: after)
            guard let due = next.first?.due, due > after else { break }
            count += next.count
            after = due
        }
        return count
    }
}
