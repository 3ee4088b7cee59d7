import VoicePipeline

/// The clock of a machine, whose sleeps are timers of a loop.
///
/// A sleep that is cancelled leaves nothing behind. One of `ContinuousClock` ends just as early, but leaves a task and a
/// timer of its own until its time would have come: 0.7 KB for each of all the time limits that were met.
public struct LoopClock: Clock {
    public typealias Instant = ContinuousClock.Instant

    private let loop: EventLoop

    public init(_ loop: EventLoop) {
        self.loop = loop
    }

    public var now: Instant { .now }
    public var minimumResolution: Duration { .milliseconds(1) }

    /// - Parameter tolerance: not used; a sleep ends within a few milliseconds of its time, and never before it.
    /// - Throws: `CancellationError` when the task is cancelled first.
    public func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
        let sleeper = LoopSleeper(loop, until: deadline)
        let isOver = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in loop.execute { sleeper.begin(continuation) } }
        } onCancel: {
            loop.execute { sleeper.cancel() }
        }
        if !isOver { throw CancellationError() }
    }
}

/// One sleep. Belongs to the loop's thread.
private final class LoopSleeper: @unchecked Sendable {
    private let loop: EventLoop
    private let deadline: ContinuousClock.Instant
    private var continuation: UnsafeContinuation<Bool, Never>?
    private var timer: LoopTimer?
    private var isCancelled = false

    init(_ loop: EventLoop, until deadline: ContinuousClock.Instant) {
        self.loop = loop
        self.deadline = deadline
    }

    func begin(_ continuation: UnsafeContinuation<Bool, Never>) {
        self.continuation = continuation
        if isCancelled { end(isOver: false) } else { look() }
    }

    /// May come before the beginning.
    func cancel() {
        isCancelled = true
        end(isOver: false)
    }

    /// The loop's own clock stands still during a turn, so that a timer may fire a little early.
    private func look() {
        let left = ContinuousClock.now.duration(to: deadline)
        guard left > .zero else { return end(isOver: true) }
        let timer = timer ?? LoopTimer(loop: loop) { self.look() }
        self.timer = timer
        timer.start(milliseconds: left.loopMilliseconds + 1)
    }

    private func end(isOver: Bool) {
        timer?.close()
        timer = nil
        continuation?.resume(returning: isOver)
        continuation = nil
    }
}
