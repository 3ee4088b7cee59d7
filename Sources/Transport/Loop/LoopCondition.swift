/// Lets tasks on one loop wait until something may have changed. Belongs to the loop's thread.
///
/// Waiters look again at what they wait for after every `notifyAll`.
package final class LoopCondition: @unchecked Sendable {
    private struct Waiter {
        var id: UInt64
        var continuation: UnsafeContinuation<Bool, Never>
    }

    private let loop: EventLoop
    private var waiters: [Waiter] = []
    private var lastID: UInt64 = 0

    package init(loop: EventLoop) {
        self.loop = loop
    }

    var isAwaited: Bool { !waiters.isEmpty }

    /// Suspends until the next `notifyAll`.
    /// - Throws: `CancellationError` when the task is cancelled first.
    package func wait(isolation: isolated any Actor) async throws {
        lastID += 1
        let id = lastID
        let notified = await withTaskCancellationHandler {
            // Without the capture the closure would run on the global pool.
            _ = isolation
            return await withUnsafeContinuation { continuation in
                if Task.isCancelled {
                    continuation.resume(returning: false)
                } else {
                    waiters.append(Waiter(id: id, continuation: continuation))
                }
            }
        } onCancel: {
            // Where the task is cancelled after the look above, the loop comes to this with the waiter filed.
            loop.execute { self.cancel(id) }
        }
        if !notified { throw CancellationError() }
    }

    /// Suspends until the next `notifyAll`, whether or not the task is cancelled.
    package func waitUncancelled(isolation: isolated any Actor) async {
        lastID += 1
        let id = lastID
        _ = await withUnsafeContinuation { continuation in
            waiters.append(Waiter(id: id, continuation: continuation))
        }
    }

    package func notifyAll() {
        guard !waiters.isEmpty else { return }
        let woken = waiters
        waiters.removeAll()
        for waiter in woken { waiter.continuation.resume(returning: true) }
    }

    private func cancel(_ id: UInt64) {
        guard let index = waiters.firstIndex(where: { $0.id == id }) else { return }
        waiters.remove(at: index).continuation.resume(returning: false)
    }
}
