import CUV
import Glibc
import Synchronization
import VoicePipeline

/// The libuv loop, its thread and its queue of work: what outlives an `EventLoop` until the thread has ended.
///
/// Everything but `submit`, `end` and `isCurrent` belongs to the loop's thread.
final class LoopCore: @unchecked Sendable {
    enum Work {
        case job(UnownedJob)
        case call(@Sendable () -> Void)
    }

    private struct Queue {
        var work: [Work] = []
        var isWoken = false
        var hasEnded = false
    }

    let loop: UnsafeMutablePointer<uv_loop_t>
    /// What sockets read into; one read is handed over before the next begins.
    let readBuffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
    /// What encrypted bytes are decrypted into, likewise.
    let plainBuffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536 + 16_384, alignment: 16)
    /// Sockets with output to be flushed at the end of this turn.
    var unflushed: [Socket] = []
    /// Empty output buffers that keep their memory.
    var spareBuffers: [[UInt8]] = []
    /// Sockets that have had their share of this turn, and read on in the next one.
    var resting: [Socket] = []
    /// What this loop's WebSockets decode with.
    let framings = WebSocketFramings()
    /// How long the loop's turns take.
    let load = LoopLoad()
    /// The executor; gone when the thread is about to end.
    weak var owner: EventLoop?

    private let wake: UnsafeMutablePointer<uv_async_t>
    private let beforePoll: UnsafeMutablePointer<uv_prepare_t>
    private let afterPoll: UnsafeMutablePointer<uv_check_t>
    private let queue = Guarded(Queue())
    /// Whether there is something in `queue`; spares most looks the lock. Not to be relied on before the loop sleeps.
    private let hasQueued = Atomic(false)
    /// Work from the loop's own thread, which needs no lock and no wake-up.
    private var own: [Work] = []
    private var batch: [Work] = []
    /// How much of `batch` is done.
    private var done = 0
    private var hasEnded = false
    private var isClosing = false

    /// After so long, in nanoseconds, a turn's work makes way for the sockets; the clock is read every so many pieces.
    private static let workPerTurn: UInt64 = 2_000_000
    private static let workPerLook = 32
    /// Memory for more pieces is given back after a flood.
    private static let keptWork = 1024

    /// Holds the core of the current thread. `pthread_self` will not do: the optimiser believes that it cannot
    /// change within a function, but after an `await` it can.
    private static let threadKey: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key, nil)
        return key
    }()

    init() throws(TransportError) {
        loop = .allocate(capacity: 1)
        wake = .allocate(capacity: 1)
        beforePoll = .allocate(capacity: 1)
        afterPoll = .allocate(capacity: 1)
        let code = uv_loop_init(loop)
        if code < 0 {
            throw .uv(code, "uv_loop_init")
        }
        let opened = uv_async_init(loop, wake, nil)
        if opened < 0 {
            uv_loop_close(loop)
            throw .uv(opened, "uv_async_init")
        }
        uv_prepare_init(loop, beforePoll)
        uv_check_init(loop, afterPoll)
        let me = Unmanaged.passUnretained(self).toOpaque()
        beforePoll.pointee.data = me
        afterPoll.pointee.data = me
        // Work may be submitted by callbacks of any phase; one of these two always comes before the loop sleeps.
        uv_prepare_start(beforePoll) { LoopCore.of($0?.pointee.data)?.endOfTimers() }
        uv_check_start(afterPoll) { LoopCore.of($0?.pointee.data)?.endOfPoll() }
    }

    deinit {
        loop.deallocate()
        wake.deallocate()
        beforePoll.deallocate()
        afterPoll.deallocate()
        readBuffer.deallocate()
        plainBuffer.deallocate()
    }

    private static func of(_ data: UnsafeMutableRawPointer?) -> LoopCore? {
        data.map { Unmanaged<LoopCore>.fromOpaque($0).takeUnretainedValue() }
    }

    var isCurrent: Bool {
        pthread_getspecific(LoopCore.threadKey) == Unmanaged.passUnretained(self).toOpaque()
    }

    /// Starts the thread, which holds the core until it has ended.
    func start(name: String) throws(TransportError) {
        _ = LoopCore.threadKey
        var thread = pthread_t()
        let me = Unmanaged.passRetained(self)
        let code = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let core = Unmanaged<LoopCore>.fromOpaque(argument).takeRetainedValue()
                SignalStack.provide { core.run() }
                return nil
            }, me.toOpaque())
        if code != 0 {
            me.release()
            uv_loop_close(loop)
            throw .system(call: "pthread_create", code: code, message: String(cString: strerror(code)))
        }
        pthread_setname_np(thread, String(decoding: name.utf8.prefix(15), as: UTF8.self))
        pthread_detach(thread)
    }

    private func run() {
        pthread_setspecific(LoopCore.threadKey, Unmanaged.passUnretained(self).toOpaque())
        // A write to a closed socket shall be an error code, not the end of the process.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        uv_run(loop, UV_RUN_DEFAULT)
        uv_loop_close(loop)
        pthread_setspecific(LoopCore.threadKey, nil)
    }

    /// Queues work, from any thread.
    func submit(_ work: Work) {
        if isCurrent {
            own.append(work)
            return
        }
        queue.withLock { queue in
            queue.work.append(work)
            hasQueued.store(true, ordering: .relaxed)
            guard !queue.isWoken, !queue.hasEnded else { return }
            queue.isWoken = true
            uv_async_send(wake)
        }
    }

    /// Lets the thread end; from any thread.
    func end() {
        queue.withLock { queue in
            guard !queue.hasEnded else { return }
            queue.hasEnded = true
            hasQueued.store(true, ordering: .relaxed)
            // Under the lock: after the handle is closed a wake-up would abort the process.
            uv_async_send(wake)
        }
    }

    /// libuv's clock stands at the moment at which the timers, or the sockets, began to be looked at.
    private func endOfTimers() {
        turn()
        load.worked(since: uv_now(loop))
    }

    private func endOfPoll() {
        // `uv_async_send` does nothing while an earlier wake-up is under way, and does not promise that the loop, once it
        // has seen that one, sees what was written before the second. The lock does: who queued before this has it
        // taken here, and who queues later finds the earlier wake-up over and sends one of its own.
        takeQueued()
        turn()
        load.worked(since: uv_now(loop))
    }

    private func turn() {
        let end = uv_hrtime() + LoopCore.workPerTurn
        while true {
            takeBatch()
            if batch.isEmpty && unflushed.isEmpty {
                wakeResting()
                if hasEnded { close() }
                return
            }
            let isOver = runBatch(until: end)
            flush()
            if isOver { break }
        }
        wakeResting()
        // Too much for one turn: sockets and timers first, then back here at once.
        if !isClosing { uv_async_send(wake) }
    }

    /// Adds to what an earlier turn left. What other threads have queued goes before the loop's own work, because it may
    /// have been queued earlier.
    private func takeBatch() {
        batch.removeFirst(done)
        done = 0
        if hasQueued.load(ordering: .relaxed) { takeQueued() }
        if batch.isEmpty {
            swap(&own, &batch)
        } else if !own.isEmpty {
            batch += own
            own.removeAll(keepingCapacity: own.capacity <= LoopCore.keptWork)
        }
    }

    private func takeQueued() {
        queue.withLock { queue in
            hasEnded = queue.hasEnded
            guard queue.isWoken || !queue.work.isEmpty else { return }
            if batch.isEmpty { swap(&queue.work, &batch) } else { batch += queue.work }
            queue.work.removeAll(keepingCapacity: queue.work.capacity <= LoopCore.keptWork)
            queue.isWoken = false
            hasQueued.store(false, ordering: .relaxed)
        }
    }

    /// - Returns: true when the turn is over before the batch.
    private func runBatch(until end: UInt64) -> Bool {
        let owner = self.owner
        while done < batch.count {
            switch batch[done] {
            case .call(let closure):
                closure()
            case .job(let job):
                if let owner {
                    job.runSynchronously(
                        isolatedTo: owner.asUnownedSerialExecutor(), taskExecutor: owner.asUnownedTaskExecutor())
                }
            }
            done += 1
            if done % LoopCore.workPerLook == 0, done < batch.count, uv_hrtime() >= end { return true }
        }
        batch.removeAll(keepingCapacity: batch.capacity <= LoopCore.keptWork)
        done = 0
        return uv_hrtime() >= end
    }

    private func wakeResting() {
        guard !resting.isEmpty else { return }
        let rested = resting
        resting.removeAll(keepingCapacity: true)
        for socket in rested { socket.readOn() }
    }

    private func flush() {
        while let socket = unflushed.popLast() {
            socket.flush()
        }
    }

    private func close() {
        guard !isClosing else { return }
        isClosing = true
        for handle in [UnsafeMutableRawPointer(wake), .init(beforePoll), .init(afterPoll)] {
            uv_close(handle.assumingMemoryBound(to: uv_handle_t.self), nil)
        }
    }
}
