import Glibc

/// What an `EngineWorker` shares with its threads.
final class EngineWorkerState: Sendable {
    /// One piece of work. Exactly one of `run` and `refuse` is called, once.
    struct Job: Sendable {
        /// Also its identity.
        var cancellation: EngineCancellation
        /// Does the work; what it returns hands the result over, and is called once.
        var run: @Sendable () -> @Sendable () -> Void
        var refuse: @Sendable (EngineError) -> Void
    }

    private struct Running: Sendable {
        var ticket: Int
        var lane: EngineLane
        var cancellation: EngineCancellation
        /// nil while it is held up.
        var since: ContinuousClock.Instant?
    }

    private struct Shared: Sendable {
        var schedule: EngineSchedule<Job>
        var running: [Running] = []
        var held: Set<EngineLane> = []
        var busy = Duration.zero
        var finished = 0
        var refused = 0
        var shed = 0
        var isStopping = false
        var alive: Int
        var waitingForEnd: [CheckedContinuation<Void, Never>] = []
    }

    /// Where the work of a lane waits; empty where there is one pool of threads for all.
    private let pauses: [EngineLane: EnginePause]
    private let name: String
    private let threads: Int
    private let shared: Guarded<Shared>
    /// Counts waiting jobs, and one wake-up a thread at the end. Allocated: a semaphore must not move.
    private nonisolated(unsafe) let wake: UnsafeMutablePointer<sem_t>

    /// - Parameters:
    ///   - threads: of all lanes.
    ///   - beside: those of them that are for requests, and as many for background work.
    init(name: String, threads: Int, beside: Int, capacity: Int) {
        self.name = name
        self.threads = threads
        pauses = beside > 0 ? [.requests: EnginePause(), .background: EnginePause()] : [:]
        let schedule = EngineSchedule<Job>(threads: threads - 2 * beside, beside: beside, capacity: capacity)
        shared = Guarded(Shared(schedule: schedule, alive: threads))
        wake = .allocate(capacity: 1)
        sem_init(wake, 0, 0)
    }

    deinit {
        sem_destroy(wake)
        wake.deallocate()
    }

    var waiting: Int { shared.withLock { $0.schedule.waiting } }

    /// A token for a piece of work.
    func cancellation(_ priority: EnginePriority) -> EngineCancellation {
        EngineCancellation(pause: pauses[EngineLane(priority)])
    }

    /// What the worker does now and has done.
    var statistics: EngineStatistics {
        let now = ContinuousClock.now
        return shared.withLock { shared in
            let times = shared.running.compactMap { $0.since?.duration(to: now) }
            return EngineStatistics(
                name: name, threads: threads, running: shared.running.count, waiting: shared.schedule.waitingByPriority,
                busySeconds: times.reduce(shared.busy, +).seconds, longestRunningSeconds: times.max()?.seconds ?? 0,
                finished: shared.finished, refused: shared.refused, shed: shared.shed)
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
        let outcome: Result<EngineSchedule<Job>.Admission, EngineError> = shared.withLock { shared in
            if shared.isStopping { return .failure(.unavailable("\(name) has been shut down")) }
            // Under this lock, so that a cancellation either is seen here or finds the job in the queue.
            if job.cancellation.isCancelled { return .failure(.cancelled) }
            let admission = shared.schedule.submit(job, priority: priority)
            holdLanes(&shared)
            if admission.isAccepted {
                shared.shed += admission.displaced.count + (admission.preempted == nil ? 0 : 1)
            } else if priority == .partial {
                shared.shed += 1
            } else {
                shared.refused += 1
            }
            return .success(admission)
        }
        switch outcome {
        case .failure(let error): job.refuse(error)
        case .success(let admission):
            admission.preempted?.cancellation.cancel(because: .busy)
            if admission.isAccepted { sem_post(wake) } else { job.refuse(.busy) }
            for displaced in admission.displaced { displaced.refuse(.busy) }
        }
    }

    /// Takes a cancelled job out of the queue, if it still waits.
    func withdraw(_ cancellation: EngineCancellation) {
        let job = shared.withLock { shared in
            defer { holdLanes(&shared) }
            return shared.schedule.remove { $0.cancellation === cancellation }
        }
        // What stood behind it may have a thread.
        if job != nil { sem_post(wake) }
        job?.refuse(.cancelled)
    }

    func stop(unstarted: Int = 0) {
        let (refused, running, first) = shared.withLock { shared in
            let first = !shared.isStopping
            shared.isStopping = true
            shared.alive -= unstarted
            return (shared.schedule.removeAllWaiting(), shared.running.map(\.cancellation), first)
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
            // Whoever ends a job looks for the next itself, and whoever takes one has another thread look: the wake-up of
            // a job that waits for a thread was for nothing.
            while let next = take() {
                if next.isMore { sem_post(wake) }
                let deliver = next.job.run()
                finish(next.ticket)
                // Only now, so that whoever hears of the result finds the thread free.
                deliver()
            }
            if shared.withLock({ $0.isStopping && $0.schedule.waiting == 0 }) { break }
        }
        let waiting = shared.withLock { shared in
            shared.alive -= 1
            defer { if shared.alive == 0 { shared.waitingForEnd = [] } }
            return shared.alive == 0 ? shared.waitingForEnd : []
        }
        for continuation in waiting { continuation.resume() }
    }

    private func take() -> (ticket: Int, job: Job, isMore: Bool)? {
        shared.withLock { shared in
            guard let next = shared.schedule.next() else { return nil }
            shared.running.append(
                Running(
                    ticket: next.ticket, lane: EngineLane(next.priority), cancellation: next.element.cancellation,
                    since: .now))
            holdLanes(&shared)
            return (next.ticket, next.element, shared.schedule.waiting > 0)
        }
    }

    private func finish(_ ticket: Int) {
        shared.withLock { shared in
            shared.schedule.finish(ticket)
            if let place = shared.running.firstIndex(where: { $0.ticket == ticket }) {
                shared.busy += shared.running.remove(at: place).since?.duration(to: .now) ?? .zero
                shared.finished += 1
            }
            holdLanes(&shared)
        }
    }

    /// Holds lanes up, or lets them go on, as the schedule has it now; what is held up is not busy.
    private func holdLanes(_ shared: inout Shared) {
        for (lane, pause) in pauses {
            let isHeld = shared.schedule.isHeld(lane)
            guard isHeld != shared.held.contains(lane) else { continue }
            if isHeld { shared.held.insert(lane) } else { shared.held.remove(lane) }
            let now = ContinuousClock.now
            for index in shared.running.indices where shared.running[index].lane == lane {
                shared.busy += shared.running[index].since?.duration(to: now) ?? .zero
                shared.running[index].since = isHeld ? nil : now
            }
            pause.set(isHeld)
        }
    }
}
