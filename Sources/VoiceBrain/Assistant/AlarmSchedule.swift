import Synchronization

/// What the brain and the alarm service share: news of changes, and who announces which alarm, so that each is
/// announced once.
final class AlarmSchedule: Sendable {
    let changed = WakeSignal()
    private let claimed = Mutex<Set<String>>([])

    /// - Returns: false when another task is announcing this alarm, or has without being able to forget it.
    func claim(_ id: String) -> Bool {
        claimed.withLock { $0.insert(id).inserted }
    }

    func release(_ id: String) {
        claimed.withLock { _ = $0.remove(id) }
    }
}
