import Glibc

/// What an `EngineWorker` shares with its threads.
final class EngineWorkerState: Sendable {
    /// One piece of work. Exactly one of `run` and `refuse` is called, once.
    struct Job: Sendable {
        /// Also its identity.
        var cancellation: EngineCancellation
        var run: @Sendable () -> Void
        var refuse: @Sendable (EngineError) -> Void
    }

    private struct Running: Sendable {
        var cancellation: EngineCancellation
        var since: ContinuousClock.Instant
    }

    private struct Shared: Sendable {
        var queue: EngineWorkerQueue<Job>
        var running: [Running] = []
        var busy = Duration.zero
        var finished = 0
        var refused = 0
        var isStopping = false
        var alive: Int
        var waitingForEnd: [CheckedContinuation<Void, Never>] = []
    }

    private let name: String
    private let threads: Int
    private let shared: Guarded<Shared>
    /// Counts waiting jobs, and one wake-up a thread at the end. Allocated: a semaphore must not move.
    private nonisolated(unsafe) let wake: UnsafeMutablePointer<sem_t>

    init(name: String, threads: Int, capacity: Int) {
        self.name = name
        self.threads = threads
        shared = Guarded(Shared(queue: EngineWorkerQueue(capacity: capacity), alive: threads))
        wake = .allocate(capacity: 1)
        sem_init(wake, 0, 0)
    }

    deinit {
        sem_destroy(wake)
        wake.deallocate()
    }

    var waiting: Int { shared.withLock { $0.queue.count } }

    /// What the worker does now and has done.
    var statistics: EngineStatistics {
        let now = ContinuousClock.now
        return shared.withLock { shared in
            let times = shared.running.map { $0.since.duration(to: now) }
            return EngineStatistics(
                name: name, threads: threads, running: times.count, waiting: shared.queue.countByPriority,
                busySeconds: times.reduce(shared.busy, +).seconds, longestRunningSeconds: times.max()?.seconds ?? 0,
                finished: shared.finished, refused: shared.refused)
        }
    }

    /// Starts one thread; it keeps this object until it ends.
    func startThread() -> pthread_t? {
        let kept = Unmanaged.passRetained(self)
        var thread = pthread_t()
        let failed = pthread_create(
            &thread, nil,
            { pointer in
                guard let pointer else { return nil }
                let state = Unmanaged<EngineWorkerState>.fromOpaque(pointer).takeRetainedValue()
                SignalStack.provide { state.work() }
                return nil
            }, kept.toOpaque())
        guard failed == 0 else {
            kept.release()
            return nil
        }
        return thread
    }

    func submit(_ job: Job, priority: EnginePriority) {
        let refused: EngineError? = shared.withLock { shared in
            if shared.isStopping { return .unavailable("\(name) has been shut down") }
            // Under this lock, so that a cancellation either is seen here or finds the job in the queue.
            if job.cancellation.isCancelled { return .cancelled }
            if shared.queue.push(job, priority: priority) { return nil }
            shared.refused += 1
            return .busy
        }
        if let refused { job.refuse(refused) } else { sem_post(wake) }
    }

    /// Takes a cancelled job out of the queue, if it still waits.
    func withdraw(_ cancellation: EngineCancellation) {
        let job = shared.withLock { $0.queue.remove { $0.cancellation === cancellation } }
        job?.refuse(.cancelled)
    }

    func stop(unstarted: Int = 0) {
        let (refused, running, first) = shared.withLock { shared in
            let first = !shared.isStopping
            shared.isStopping = true
            shared.alive -= unstarted
            return (shared.queue.removeAll(), shared.running.map(\.cancellation), first)
        }
        for job in refused { job.refuse(.cancelled) }
        for cancellation in running { cancellation.cancel() }
        if first { for _ in 0..<threads { sem_post(wake) } }
    }

    /// Returns when no thread is left.
    func ended() async {
        await withCheckedContinuation { continuation in
            let over = shared.withLock { shared in
                if shared.alive > 0 { shared.waitingForEnd.append(continuation) }
                return shared.alive == 0
            }
            if over { continuation.resume() }
        }
    }

    /// The name is only for people; a thread without one works as well. The kernel takes 15 bytes.
    private func nameThread() {
        let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        let bytes = Array(name.utf8.prefix(15))
        _ = write(file, bytes, bytes.count)
        close(file)
    }

    private func work() {
        nameThread()
        while true {
            while sem_wait(wake) != 0 {}
            let (job, over) = shared.withLock { shared -> (Job?, Bool) in
                guard let job = shared.queue.pop() else { return (nil, shared.isStopping) }
                shared.running.append(Running(cancellation: job.cancellation, since: .now))
                return (job, false)
            }
            if over { break }
            guard let job else { continue }
            job.run()
            shared.withLock { shared in
                guard let place = shared.running.firstIndex(where: { $0.cancellation === job.cancellation }) else {
                    return
                }
                shared.busy += shared.running.remove(at: place).since.duration(to: .now)
                shared.finished += 1
            }
        }
        let waiting = shared.withLock { shared in
            shared.alive -= 1
            defer { if shared.alive == 0 { shared.waitingForEnd = [] } }
            return shared.alive == 0 ? shared.waitingForEnd : []
        }
        for continuation in waiting { continuation.resume() }
    }
}
