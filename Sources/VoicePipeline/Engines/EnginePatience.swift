/// Asks an engine again for as long as it has no room, for work that is not to be lost.
struct EnginePatience: Sendable {
    /// Time that is waited in all.
    let limit: Duration
    /// The first wait; each is twice as long as the one before, up to `longest`.
    let first: Duration
    let longest: Duration
    let clock: any Clock<Duration>

    /// - Throws: what the work throws; `.busy` only after `limit`.
    func run<Value: Sendable>(
        _ work: () async throws(EngineError) -> Value
    ) async throws(EngineError) -> Value {
        var waited = Duration.zero
        var wait = first
        while true {
            do {
                return try await work()
            } catch {
                guard error == .busy, waited < limit else { throw error }
            }
            // A cancelled wait ends at once, and so does the work that follows it.
            try? await clock.sleep(for: wait)
            waited += wait
            wait = min(wait * 2, longest)
        }
    }
}

extension EnginePriority {
    /// Does engine work; that of recordings is tried again for about two minutes while the engine has no room.
    /// - Throws: what the work throws; `.busy` after that time, or at once for other work.
    func patiently<Value: Sendable>(
        _ work: () async throws(EngineError) -> Value
    ) async throws(EngineError) -> Value {
        guard runsBesideOthers else { return try await work() }
        let patience = EnginePatience(
            limit: .seconds(120), first: .milliseconds(50), longest: .seconds(2), clock: ContinuousClock())
        return try await patience.run(work)
    }
}
