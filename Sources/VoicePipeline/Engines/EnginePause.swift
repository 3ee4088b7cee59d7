import Glibc

/// Where threads with background work wait while the engine has other work to do.
final class EnginePause: @unchecked Sendable {
    /// A waiting thread looks up this often, so that nobody has to wake it when its work is cancelled, nanoseconds.
    private static let look = 20_000_000

    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private var isHeld = false

    init() {
        // Allocated: neither may move.
        mutex = .allocate(capacity: 1)
        changed = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        // A clock that is set must not prolong a wait.
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(changed, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    /// Holds threads up, or lets them go on.
    func set(_ value: Bool) {
        pthread_mutex_lock(mutex)
        isHeld = value
        pthread_mutex_unlock(mutex)
        if !value { pthread_cond_broadcast(changed) }
    }

    /// Whether threads are held up.
    var isOn: Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return isHeld
    }

    /// Waits for a moment while threads are held up.
    /// - Returns: whether they still are.
    func waits() -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard isHeld else { return false }
        var until = timespec()
        clock_gettime(CLOCK_MONOTONIC, &until)
        until.tv_nsec += Self.look
        if until.tv_nsec >= 1_000_000_000 {
            until.tv_nsec -= 1_000_000_000
            until.tv_sec += 1
        }
        pthread_cond_timedwait(changed, mutex, &until)
        return isHeld
    }
}
