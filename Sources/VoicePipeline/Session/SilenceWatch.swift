/// Tells when a session has been silent for a while. One watch at a time: a new one ends the one before.
public final class SilenceWatch: Sendable {
    private let current = Guarded<Latch?>(nil)

    public init() {}

    /// Somebody spoke or signalled: a watch that runs ends.
    public func stir() {
        let watch = current.withLock { current in
            defer { current = nil }
            return current
        }
        watch?.set()
    }

    /// Waits.
    /// - Returns: true if nothing stirred for so long; false when something did, or the task was cancelled.
    public func isSilent(for duration: Duration, clock: any Clock<Duration>) async -> Bool {
        let stirred = Latch()
        let before = current.withLock { current in
            defer { current = stirred }
            return current
        }
        before?.set()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await clock.sleep(for: duration) }
            group.addTask { await stirred.wait() }
            await group.next()
            group.cancelAll()
        }
        return !stirred.isSet && !Task.isCancelled
    }
}
