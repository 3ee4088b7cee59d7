import CUV
import Glibc

/// One libuv loop on one thread of its own, which is a serial executor and a task executor at once.
///
/// An actor whose `unownedExecutor` is a loop lives on the loop's thread, and libuv's callbacks may enter it there.
/// A task that prefers the loop runs its non-isolated parts there too, so that a message costs no trip through the
/// global pool. The thread ends when the last reference to the loop goes.
public final class EventLoop: SerialExecutor, TaskExecutor {
    let core: LoopCore

    /// Starts the thread.
    /// - Parameter name: the thread's name; the kernel keeps the first 15 bytes.
    /// - Throws: `TransportError.system` when the machine has no descriptors or threads left.
    public init(name: String) throws(TransportError) {
        core = try LoopCore()
        core.owner = self
        try core.start(name: name)
    }

    deinit {
        core.end()
    }

    /// Whether the caller runs on the loop's thread.
    public var isCurrent: Bool { core.isCurrent }

    /// Queues a job, from any thread.
    public func enqueue(_ job: consuming ExecutorJob) {
        core.submit(.job(UnownedJob(job)))
    }

    /// For actors that live on the loop.
    public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }

    /// For tasks that prefer the loop.
    public func asUnownedTaskExecutor() -> UnownedTaskExecutor {
        UnownedTaskExecutor(ordinary: self)
    }

    /// Lets callbacks enter the loop's actors; stops the process on any other thread.
    public func checkIsolated() {
        precondition(core.isCurrent, "not on the event loop's thread")
    }

    /// Runs a closure on the loop's thread soon, after what was submitted before.
    package func execute(_ work: @escaping @Sendable () -> Void) {
        core.submit(.call(work))
    }

    /// Milliseconds on the loop's monotonic clock, as of the current turn of the loop. Only on the loop's thread.
    var now: UInt64 { uv_now(core.loop) }
}
