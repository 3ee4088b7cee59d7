import CSQLite
import Glibc
import VoicePipeline

/// One thread that runs an actor's jobs in order, so that waiting for a disk or for Redis never holds up the cooperative
/// pool.
///
/// The queue has no bound of its own: every job in it is a caller that awaits, so there are never more than turns
/// being served.
final class StorageThread: SerialExecutor {
    private let queue: JobQueue

    /// - Throws: `StorageError.failed` when the system gives no thread.
    init(name: String) throws(StorageError) {
        queue = JobQueue(name: name)
        var thread = pthread_t()
        let start = Unmanaged.passRetained(queue)
        let code = pthread_create(&thread, nil, storageThreadMain, start.toOpaque())
        guard code == 0 else {
            start.release()
            throw .failed(code: code, message: "the system gives no thread for storage")
        }
        pthread_detach(thread)
    }

    deinit {
        queue.stop()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        queue.push(UnownedJob(job), on: self)
    }

    func checkIsolated() {
        precondition(queue.isOwnThread, "storage was entered from another thread")
    }
}

/// The thread's work: jobs in the order in which they came, until it is stopped and none is left.
private final class JobQueue: @unchecked Sendable {
    // Guarded by `lock`, all of it.
    /// Each job keeps its executor alive, which the job's own actor may be the last to hold.
    private var jobs: [(job: UnownedJob, executor: StorageThread)] = []
    private var isStopped = false
    private var owner: Int32 = 0
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let name: String

    init(name: String) {
        self.name = name
        pthread_mutex_init(lock, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(lock)
        changed.deallocate()
        lock.deallocate()
    }

    /// The kernel's number, because `pthread_self` may be cached across a suspension.
    var isOwnThread: Bool {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return owner == hotpin_storage_thread_id()
    }

    func push(_ job: UnownedJob, on executor: StorageThread) {
        pthread_mutex_lock(lock)
        jobs.append((job, executor))
        pthread_cond_signal(changed)
        pthread_mutex_unlock(lock)
    }

    func stop() {
        pthread_mutex_lock(lock)
        isStopped = true
        pthread_cond_signal(changed)
        pthread_mutex_unlock(lock)
    }

    func run() {
        hotpin_storage_thread_name(name)
        Self.blockSignalsOfWriting()
        pthread_mutex_lock(lock)
        owner = hotpin_storage_thread_id()
        pthread_mutex_unlock(lock)
        while runBatch() {}
    }

    /// A file that may not grow and a peer that is gone are errors of the call that wrote, not the end of the process.
    private static func blockSignalsOfWriting() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGXFSZ)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// Waits for jobs and runs them.
    /// - Returns: false when there will be none any more.
    private func runBatch() -> Bool {
        pthread_mutex_lock(lock)
        while jobs.isEmpty, !isStopped { pthread_cond_wait(changed, lock) }
        let batch = jobs
        jobs.removeAll(keepingCapacity: true)
        pthread_mutex_unlock(lock)
        for (job, executor) in batch { job.runSynchronously(on: executor.asUnownedSerialExecutor()) }
        return !batch.isEmpty
    }
}

private func storageThreadMain(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    Unmanaged<JobQueue>.fromOpaque(argument).takeRetainedValue().run()
    return nil
}
