import VoicePipeline

/// What the brain and the alarm service share: news of changes, and who announces which alarm, so that each is
/// announced once.
final class AlarmSchedule: Sendable {
    let changed = WakeSignal()
    private let claimed = Guarded<Set<String>>([])

    /// - Returns: false when another task is announcing this alarm, or has announced it since `alarm` was read.
    /// - Throws: what the store throws; nothing is claimed then.
    func claim(_ alarm: Alarm, in store: any AssistantStore) async throws(StorageError) -> Bool {
        guard claimed.withLock({ $0.insert(alarm.id).inserted }) else { return false }
        do {
            if try await store.alarms(of: alarm.session).contains(where: { $0.id == alarm.id }) { return true }
        } catch {
            release(alarm.id)
            throw error
        }
        release(alarm.id)
        return false
    }

    /// Forgets an alarm that was announced.
    /// - Throws: what the store throws. The claim stays then, so that it is not announced again before a restart.
    func finish(_ alarm: Alarm, in store: any AssistantStore) async throws(StorageError) {
        _ = try await store.removeAlarm(alarm.id)
        release(alarm.id)
    }

    /// Gives an alarm back that could not be announced.
    func release(_ id: String) {
        claimed.withLock { _ = $0.remove(id) }
    }
}
