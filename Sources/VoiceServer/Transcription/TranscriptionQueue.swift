import VoicePipeline

/// Lets recordings in one after the other, by `TranscriptionSchedule`.
public final class TranscriptionQueue: Sendable {
    private struct State {
        var schedule: TranscriptionSchedule
        var lastTicket = 0
        /// Those that wait; true lets them run.
        var waiting: [Int: CheckedContinuation<Bool, Never>] = [:]
        /// Whose task was cancelled before it waited, or while it was let in.
        var cancelled: Set<Int> = []
        /// Seconds that a recording took, on average over about the last ten.
        var usualSeconds = 2.0
    }

    private let state: Guarded<State>

    /// - Parameters:
    ///   - limit: recordings that are worked on at once.
    ///   - capacity: recordings that wait.
    public init(limit: Int, capacity: Int) {
        state = Guarded(State(schedule: TranscriptionSchedule(limit: limit, capacity: capacity)))
    }

    /// Recordings that wait, and that run.
    package var counts: (waiting: Int, running: Int) {
        state.withLock { ($0.schedule.waiting, $0.schedule.runningCount) }
    }

    /// Waits for the recording's turn, then runs `body`.
    /// - Throws: `ServiceFailure` 503 with `Retry-After` when too many wait; `CancellationError` when the task is cancelled
    ///   while it waits; what `body` throws.
    package func withTurn<Value>(
        _ request: TranscriptionSchedule.Request, isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Value
    ) async throws -> Value {
        let ticket = state.withLock { state in
            state.lastTicket += 1
            return state.lastTicket
        }
        guard await enter(ticket, request) else {
            state.withLock { _ = $0.cancelled.remove(ticket) }
            try Task.checkCancellation()
            throw ServiceFailure.busy(retryAfter: retryAfter)
        }
        let started = ContinuousClock.now
        do {
            let value = try await body()
            leave(ticket, after: started.duration(to: .now).seconds)
            return value
        } catch {
            leave(ticket, after: nil)
            throw error
        }
    }

    /// Seconds until it may be worth while to ask again.
    private var retryAfter: Int {
        state.withLock { state in
            let seconds = state.usualSeconds * Double(state.schedule.waiting + 1) / Double(state.schedule.limit)
            return Int(min(max(seconds.rounded(.up), 1), 120))
        }
    }

    /// - Returns: false if it was refused, or its task was cancelled; then it has left already.
    private func enter(_ ticket: Int, _ request: TranscriptionSchedule.Request) async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
                let answer: Bool? = state.withLock { state in
                    if state.cancelled.remove(ticket) != nil { return false }
                    switch state.schedule.enter(ticket, request) {
                    case .runs: return true
                    case .refused: return false
                    case .waits:
                        state.waiting[ticket] = continuation
                        return nil
                    }
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let (continuation, started) = state.withLock { state in
                guard let continuation = state.waiting.removeValue(forKey: ticket) else {
                    state.cancelled.insert(ticket)
                    return (nil as CheckedContinuation<Bool, Never>?, [] as [CheckedContinuation<Bool, Never>])
                }
                return (continuation, Self.leave(ticket, &state))
            }
            continuation?.resume(returning: false)
            for next in started { next.resume(returning: true) }
        }
    }

    private func leave(_ ticket: Int, after seconds: Double?) {
        let started = state.withLock { state in
            if let seconds { state.usualSeconds += (seconds - state.usualSeconds) / 10 }
            state.cancelled.remove(ticket)
            return Self.leave(ticket, &state)
        }
        for next in started { next.resume(returning: true) }
    }

    private static func leave(_ ticket: Int, _ state: inout State) -> [CheckedContinuation<Bool, Never>] {
        state.schedule.leave(ticket).compactMap { state.waiting.removeValue(forKey: $0) }
    }
}
