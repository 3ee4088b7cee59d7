import VoicePipeline

/// What the brain and the alarm service share: news of changes, and which alarms this process is announcing.
///
/// ```
///  due ──claim──► claimed ──announced──► removed from the store
///                    │ nobody heard it: released, tried again
///                    ▼ process died: the claim in the store runs out, another process takes it
/// ```
/// Each alarm is announced by one task of one process: among tasks the set here decides, among processes the store.
final class AlarmSchedule: Sendable {
    private struct Claim {
        let name: String
        /// Someone else wanted to announce it meanwhile, such as a new connection of its session.
        var isWanted = false
    }
    private struct State {
        /// Alarms that are being announced, and those that were but could not be removed from the store.
        var claimed: [String: Claim] = [:]
        var announced: Set<String> = []
        /// Sessions that were opened and not looked at yet.
        var opened: Set<String> = []
    }
    let changed = WakeSignal()
    private let state = Guarded(State())

    /// What a dead process had claimed is late by so much, seconds. It is time enough for a sentence; when an
    /// announcement takes longer, because its connection is dead, another process may make it.
    static let claimSeconds = 20.0
    /// Names kept at most, of each sort.
    private static let capacity = 10_000

    /// - Returns: false when another task or process announces this alarm, or it is gone.
    /// - Throws: what the store throws when it cannot even be read; nothing is claimed then.
    func claim(_ alarm: Alarm, in store: any AssistantStore) async throws(StorageError) -> Bool {
        let claim = AlarmBook.newID()
        let (isFree, wasAnnounced) = state.withLock { state in
            let isFree = state.claimed[alarm.id] == nil
            if isFree { state.claimed[alarm.id] = Claim(name: claim) } else { state.claimed[alarm.id]?.isWanted = true }
            return (isFree, state.announced.contains(alarm.id))
        }
        guard isFree else { return false }
        do {
            if wasAnnounced {
                _ = try await store.removeAlarm(alarm.id)
                state.withLock { _ = $0.announced.remove(alarm.id) }
            } else if try await isMine(alarm, claim, store) {
                return true
            }
        } catch {
            forget(alarm.id)
            throw error
        }
        forget(alarm.id)
        return false
    }

    /// A store that takes no changes, such as one on a full disk, must not keep a timer from ringing.
    private func isMine(
        _ alarm: Alarm, _ claim: String, _ store: any AssistantStore
    ) async throws(StorageError) -> Bool {
        do {
            return try await store.claimAlarm(alarm.id, as: claim, for: Self.claimSeconds)
        } catch {
            return try await store.alarms(of: alarm.session).contains { $0.id == alarm.id }
        }
    }

    /// Forgets an alarm that was announced.
    /// - Throws: what the store throws. It is remembered then that it was announced, so that this process does not
    ///   announce it again.
    func finish(_ alarm: Alarm, in store: any AssistantStore) async throws(StorageError) {
        defer { forget(alarm.id) }
        do {
            _ = try await store.removeAlarm(alarm.id)
        } catch {
            state.withLock { state in
                if state.announced.count >= Self.capacity { state.announced.removeAll() }
                state.announced.insert(alarm.id)
            }
            throw error
        }
    }

    /// Gives an alarm back that could not be announced. If it was wanted meanwhile, its session is looked at again.
    func release(_ alarm: Alarm, in store: any AssistantStore) async {
        guard let claim = state.withLock({ $0.claimed[alarm.id] }) else { return }
        // If that fails the claim runs out.
        try? await store.releaseAlarm(alarm.id, claimedAs: claim.name)
        if forget(alarm.id)?.isWanted == true { opened(alarm.session) }
    }

    @discardableResult
    private func forget(_ id: String) -> Claim? {
        state.withLock { $0.claimed.removeValue(forKey: id) }
    }

    /// Notes that a session was opened: what is due in it is announced.
    func opened(_ session: String) {
        state.withLock { state in
            // Beyond that the session's next answer says it.
            if state.opened.count < Self.capacity { state.opened.insert(session) }
        }
        changed.signal()
    }

    /// The sessions that were opened since the last call.
    func takeOpened() -> Set<String> {
        state.withLock { state in
            let opened = state.opened
            state.opened = []
            return opened
        }
    }
}
