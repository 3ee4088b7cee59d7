import Glibc

/// Threads of its own for an engine whose calls compute for long, so that Swift's cooperative pool never blocks.
///
/// A bounded queue feeds the threads: the highest priority first, in order of arrival inside a priority. When the
/// queue is full a caller hears `.busy` at once instead of waiting for a slow answer. Looks are given up for other work:
/// see `EngineSchedule`.
public final class EngineWorker: Sendable {
    private let state: EngineWorkerState
    private let threads: Guarded<[pthread_t]>

    /// Starts the threads.
    /// - Parameters:
    ///   - name: shown by `ps -L` and debuggers; the first 15 bytes count.
    ///   - threads: how many pieces of work run at once, 1…64.
    ///   - beside: further threads for requests alone, and as many for background work, 0…64. Work there pauses, whenever
    ///     it checks its cancellation, while other work goes first. Without them all share the others.
    ///   - capacity: how many pieces of work may wait, at least 1. What runs is not counted.
    /// - Throws: `.unavailable` when the system gives no thread.
    public init(name: String, threads: Int = 1, beside: Int = 0, capacity: Int = 16) throws(EngineError) {
        let beside = min(max(beside, 0), 64)
        let count = min(max(threads, 1), 64) + 2 * beside
        state = EngineWorkerState(name: name, threads: count, beside: beside, capacity: capacity)
        var started: [pthread_t] = []
        for _ in 0..<count {
            guard let thread = state.startThread() else { break }
            started.append(thread)
        }
        self.threads = Guarded(started)
        EngineRoster.add(state)
        if started.count < count {
            state.stop(unstarted: count - started.count)
            throw .unavailable("the system gave no thread for \(name): raise the limit on threads (ulimit -u)")
        }
    }

    deinit {
        // Nothing can be waiting: every caller of `run` holds the worker. The threads end by themselves.
        state.stop()
        threads.withLock { threads in
            for thread in threads { pthread_detach(thread) }
        }
    }

    /// What every worker of this process does, in the order in which they were made; workers of one name are added up.
    public static func statistics() -> [EngineStatistics] { EngineRoster.statistics() }

    /// Number of pieces of work that wait.
    public var waiting: Int { state.waiting }

    /// Runs `body` on one of the threads.
    /// - Parameters:
    ///   - priority: which waiting work goes first.
    ///   - body: gets a token that says when the result is no longer wanted.
    /// - Returns: what `body` returned.
    /// - Throws: what `body` threw; `.busy` when the queue is full or the work was given up for other work, if need be
    ///   while it ran (the token then throws `.busy`); `.cancelled` when the calling task was cancelled
    ///   (at once while the work waits; when `body` has ended while it runs); `.unavailable` after `shutDown()`.
    public func run<Value: Sendable>(
        priority: EnginePriority = .turn,
        _ body: @escaping @Sendable (_ cancellation: EngineCancellation) throws(EngineError) -> Value
    ) async throws(EngineError) -> Value {
        let cancellation = state.cancellation(priority)
        let result: Result<Value, EngineError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let job = EngineWorkerState.Job(
                    cancellation: cancellation,
                    run: {
                        let outcome = Self.outcome(of: body, cancellation)
                        return { continuation.resume(returning: outcome) }
                    },
                    refuse: { continuation.resume(returning: .failure($0)) })
                state.submit(job, priority: priority)
            }
        } onCancel: {
            cancellation.cancel()
            state.withdraw(cancellation)
        }
        return try result.get()
    }

    /// Refuses new work, cancels what waits and what runs, and returns when every thread has ended.
    public func shutDown() async {
        state.stop()
        await state.ended()
        let ended = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        // They have nothing left to do but to return, so this does not wait.
        for thread in ended { pthread_join(thread, nil) }
    }

    private static func outcome<Value>(
        of body: (EngineCancellation) throws(EngineError) -> Value, _ cancellation: EngineCancellation
    ) -> Result<Value, EngineError> {
        do throws(EngineError) {
            try cancellation.check()
            let value = try body(cancellation)
            try cancellation.check()
            return .success(value)
        } catch {
            return .failure(error)
        }
    }
}
