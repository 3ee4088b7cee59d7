/// Forgets conversations that are older than the operator wants kept: at the start, and once a day.
///
/// Lists, notes, timers and alarms stay until the user takes them away.
public struct HistoryRetention: Service {
    private let store: any ConversationStore
    private let days: Int
    private let clock: any WallClock
    private let timer: any Clock<Duration>
    private let log: Log

    /// Between two rounds, and after one that failed.
    private static let round: Duration = .seconds(86_400)
    private static let retry: Duration = .seconds(600)

    /// - Parameters:
    ///   - days: how long a turn is kept; 0 keeps it for ever.
    ///   - timer: measures the waiting.
    public init(
        store: any ConversationStore, days: Int, clock: any WallClock, timer: any Clock<Duration> = ContinuousClock(),
        log: Log
    ) {
        self.store = store
        self.days = days
        self.clock = clock
        self.timer = timer
        self.log = log
    }

    /// Runs until the task is cancelled.
    public func run() async throws {
        while !Task.isCancelled {
            try? await timer.sleep(for: days > 0 ? await forget() : Self.round)
        }
    }

    /// - Returns: how long to wait for the next round.
    private func forget() async -> Duration {
        do {
            let count = try await store.forget(before: clock.now() - Double(days) * 86_400)
            if count > 0 { log.info("old turns forgotten", ["turns": .int(count)]) }
            return Self.round
        } catch {
            log.error("old turns not forgotten", ["reason": .text("\(error)")])
            return Self.retry
        }
    }
}
