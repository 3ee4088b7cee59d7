import Glibc

/// A value behind a lock, for any thread; the one kind of lock in this project.
///
/// A pthread mutex and not `Synchronization.Mutex`, because the thread sanitizer knows the one and not the other: with
/// it every access to the value would be reported as a race, and a real one could hide among them.
public final class Guarded<Value: ~Copyable>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var value: Value

    /// - Parameter value: what is guarded; nobody else may keep a reference into it.
    public init(_ value: consuming Value) {
        self.value = value
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Calls with the value, alone. Must be short, must not wait, and must not call this again.
    public func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value)
    }
}
