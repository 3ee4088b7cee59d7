import Glibc

/// Writes a server's log on a thread of its own, so that a reader that stops holds up neither the network's loop nor
/// an engine. What it cannot keep up with is dropped, oldest first, and counted.
public final class LogWriter: Sendable {
    private struct State: Sendable {
        var queue: LogQueue
        var throttle = LogThrottle()
        var dropped = 0
        var untold = 0
        var isStopping = false
        var isWriting = false
    }

    /// Bytes that may wait.
    public static let capacity = 1 << 20

    private let file: Int32
    private let format: LogLine.Format
    private let clock: any WallClock
    private let seen: @Sendable (Log.Record) -> Void
    private let state: Guarded<State>
    private nonisolated(unsafe) let wake: UnsafeMutablePointer<sem_t>

    /// Starts the thread.
    /// - Parameters:
    ///   - file: a descriptor that stays open; standard error unless given.
    ///   - capacity: bytes that may wait.
    ///   - seen: told every record, also those that are not written; called from any thread.
    public init(
        file: Int32 = STDERR_FILENO, format: LogLine.Format, capacity: Int = LogWriter.capacity,
        clock: any WallClock = SystemWallClock(), seen: @escaping @Sendable (Log.Record) -> Void = { _ in }
    ) {
        self.file = file
        self.format = format
        self.clock = clock
        self.seen = seen
        state = Guarded(State(queue: LogQueue(capacity: capacity)))
        wake = .allocate(capacity: 1)
        sem_init(wake, 0, 0)
        start()
    }

    deinit {
        sem_destroy(wake)
        wake.deallocate()
    }

    /// A log that writes here.
    public func log(minimum: Log.Level, keepsSpeech: Bool = false) -> Log {
        Log(minimum: minimum, keepsSpeech: keepsSpeech) { self.write($0) }
    }

    /// Lines that were dropped because nobody read them.
    public var dropped: Int { state.withLock { $0.dropped } }

    /// Queues a record; never waits.
    public func write(_ record: Log.Record) {
        seen(record)
        let now = Self.monotonicSeconds
        let wallTime = clock.now()
        state.withLock { state in
            guard state.throttle.admits(record, now: now) else { return }
            push(record, wallTime, &state)
        }
        sem_post(wake)
    }

    /// Waits until everything is written, but no longer than so many seconds. Blocks; for the end of the process.
    public func flush(seconds: Double) {
        let end = Self.monotonicSeconds + seconds
        sem_post(wake)
        while Self.monotonicSeconds < end {
            if state.withLock({ $0.queue.count == 0 && !$0.isWriting }) { return }
            usleep(2_000)
        }
    }

    /// Writes what waits, then ends the thread. Nothing that is queued later is written.
    public func stop(seconds: Double) {
        flush(seconds: seconds)
        state.withLock { $0.isStopping = true }
        sem_post(wake)
    }

    private func push(_ record: Log.Record, _ time: Double, _ state: inout State) {
        let dropped = state.queue.append(Array((LogLine.render(record, time: time, format: format) + "\n").utf8))
        state.dropped += dropped
        state.untold += dropped
    }

    private func start() {
        // The thread keeps the writer: a process has one, to its end.
        let kept = Unmanaged.passRetained(self)
        var thread = pthread_t()
        let failed = pthread_create(
            &thread, nil,
            { pointer in
                if let pointer { Unmanaged<LogWriter>.fromOpaque(pointer).takeRetainedValue().work() }
                return nil
            }, kept.toOpaque())
        if failed == 0 { pthread_detach(thread) } else { kept.release() }
    }

    private func work() {
        while true {
            waitForWork()
            while let bytes = next() { Self.write(bytes, to: file) }
            if state.withLock({ $0.isStopping }) { return }
        }
    }

    /// Waits for a record, or until a count of suppressed ones is due.
    private func waitForWork() {
        guard state.withLock({ $0.throttle.owesSummary }) else {
            while sem_wait(wake) != 0, errno == EINTR {}
            return
        }
        var until = timespec()
        clock_gettime(CLOCK_REALTIME, &until)
        until.tv_sec += 1
        while sem_timedwait(wake, &until) != 0, errno == EINTR {}
    }

    private func next() -> [UInt8]? {
        let (now, wallTime) = (Self.monotonicSeconds, clock.now())
        return state.withLock { state in
            for summary in state.throttle.summaries(now: now) { push(summary, wallTime, &state) }
            if state.untold > 0, state.queue.count < state.queue.capacity / 2 {
                let lost = state.untold
                state.untold = 0
                push(
                    Log.Record(
                        level: .warning, message: "log lines dropped: whoever reads the log was too slow",
                        fields: [(name: "count", value: .int(lost))]), wallTime, &state)
            }
            let bytes = state.queue.take(16 * 1024)
            state.isWriting = !bytes.isEmpty
            return bytes.isEmpty ? nil : bytes
        }
    }

    private static func write(_ bytes: [UInt8], to file: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN {
                // Whoever started the process may have left the descriptor non-blocking.
                var ready = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
                poll(&ready, 1, 1_000)
                continue
            }
            // A line that cannot be written is lost: logging never stops the work.
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    private static var monotonicSeconds: Double {
        var spec = timespec()
        clock_gettime(CLOCK_MONOTONIC, &spec)
        return Double(spec.tv_sec) + Double(spec.tv_nsec) / 1e9
    }
}
