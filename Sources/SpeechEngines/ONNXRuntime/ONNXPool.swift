import COnnxRuntime
import Glibc
import VoicePipeline

/// The helping threads of the run-time's shared pool, which sit still while they are of no use: see `ONNXPoolShares`.
///
/// The library has no call for that. But it runs a model on a thread of the pool if asked to (`RunAsync`), and calls back
/// from there; a thread that waits in the callback helps nobody. Loops that would have used it take their work back.
package final class ONNXPool: @unchecked Sendable {
    /// One helper that is to sit still.
    private final class Request {
        let pool: ONNXPool
        let asker = pthread_self()
        /// The library's queue was full, and so it did the work on the asking thread.
        var wasRefused = false

        init(_ pool: ONNXPool) {
            self.pool = pool
        }
    }

    private let library: ONNXLibrary
    private let task: ONNXPoolTask
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private var shares: ONNXPoolShares
    private var sitting = 0

    /// - Parameter threads: size of the pool, the calling thread included.
    init(_ library: ONNXLibrary, _ task: ONNXPoolTask, threads: Int) {
        self.library = library
        self.task = task
        shares = ONNXPoolShares(threads: threads)
        // Allocated: neither may move.
        mutex = .allocate(capacity: 1)
        changed = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    /// Lets go of the library's objects; called once, before the environment goes, when nothing runs any more.
    func close() {
        locked {
            while sitting > 0 { pthread_cond_wait(changed, mutex) }
        }
        task.close()
    }

    /// Helpers that sit still or were told to.
    package var sittingHelpers: Int { locked { sitting } }

    /// Computes something whose sessions use the shared threads.
    /// - Parameter cancellation: of that work, which takes no share while it waits there for other work.
    package func with<Value>(
        _ kind: ONNXPoolShares.Kind, _ cancellation: EngineCancellation, _ body: () throws(EngineError) -> Value
    ) throws(EngineError) -> Value {
        change { $0.begin(kind) }
        defer { change { $0.end(kind) } }
        return try cancellation.observingPauses(
            { [self] isPaused in change { isPaused ? $0.end(kind) : $0.begin(kind) } }, body)
    }

    private func change(_ body: (inout ONNXPoolShares) -> Void) {
        locked {
            body(&shares)
            if shares.areHelpersWanted {
                if sitting > 0 { pthread_cond_broadcast(changed) }
            } else {
                while sitting < shares.helpers, ask() { sitting += 1 }
            }
        }
    }

    /// Has a helper sit still as soon as it has time.
    /// - Returns: false if none will; then it helps on, which is slower and does no harm.
    private func ask() -> Bool {
        let request = Request(self)
        let kept = Unmanaged.passRetained(request)
        let status = task.run(
            { parameter, _, _, status in
                guard let parameter else { return }
                let request = Unmanaged<Request>.fromOpaque(parameter).takeRetainedValue()
                // Whether the tiny model ran is of no interest.
                try? request.pool.library.check(status)
                if pthread_equal(request.asker, pthread_self()) != 0 {
                    request.wasRefused = true
                } else {
                    request.pool.sit()
                }
            }, kept.toOpaque())
        do throws(EngineError) {
            try library.check(status)
            return !request.wasRefused
        } catch {
            kept.release()
            return false
        }
    }

    /// On a helper's thread: returns when it is wanted again.
    private func sit() {
        locked {
            while !shares.areHelpersWanted { pthread_cond_wait(changed, mutex) }
            sitting -= 1
            if sitting == 0 { pthread_cond_broadcast(changed) }
        }
    }

    private func locked<Value>(_ body: () -> Value) -> Value {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }
}
