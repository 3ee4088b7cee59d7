/// Lets tasks on one loop wait until something may have changed. Belongs to the loop's thread.
///
/// Waiters look again at what they wait for after every `notifyAll`. Before they look they read `count`, and they hand it
/// over when they wait: a task that does not prefer the loop comes to the wait by way of the loop's queue, and what
/// happens meanwhile must not be missed.
///
///     while true {
///         let count = condition.count
///         if isThere { break }
///         try await condition.wait(since: count, isolation: self)
///     }
package final class LoopCondition: @unchecked Sendable {
    private struct Waiter {
        var id: UInt64
        var continuation: UnsafeContinuation<Bool, Never>
    }

    private let loop: EventLoop
    /// Nearly always there is one waiter at most, which needs no array.
    private var first: Waiter?
    private var others: [Waiter] = []
    private var lastID: UInt64 = 0
    /// How often there was a `notifyAll`.
    package private(set) var count: UInt64 = 0

    package init(loop: EventLoop) {
        self.loop = loop
    }

    var isAwaited: Bool { first != nil || !others.isEmpty }

    /// Suspends until the next `notifyAll` after the one of that count.
    /// - Throws: `CancellationError` when the task is cancelled first.
    package func wait(since count: UInt64, isolation: isolated any Actor) async throws {
        lastID += 1
        let id = lastID
        let notified = await withTaskCancellationHandler {
            // Without the capture the closure would run on the global pool.
            _ = isolation
            return await withUnsafeContinuation { continuation in
                if Task.isCancelled {
                    continuation.resume(returning: false)
                } else if count != self.count {
                    continuation.resume(returning: true)
                } else {
                    file(Waiter(id: id, continuation: continuation))
                }
            }
        } onCancel: {
            // Where the task is cancelled after the look above, the loop comes to this with the waiter filed.
            loop.execute { self.cancel(id) }
        }
        if !notified { throw CancellationError() }
    }

    /// The same, whether or not the task is cancelled.
    package func waitUncancelled(since count: UInt64, isolation: isolated any Actor) async {
        lastID += 1
        let id = lastID
        _ = await withUnsafeContinuation { continuation in
            if count != self.count {
                continuation.resume(returning: true)
            } else {
                file(Waiter(id: id, continuation: continuation))
            }
        }
    }

    private func file(_ waiter: Waiter) {
        if first == nil { first = waiter } else { others.append(waiter) }
    }

    package func notifyAll() {
        count &+= 1
        if let waiter = first {
            first = nil
            waiter.continuation.resume(returning: true)
        }
        guard !others.isEmpty else { return }
        let woken = others
        others.removeAll()
        for waiter in woken { waiter.continuation.resume(returning: true) }
    }

    private func cancel(_ id: UInt64) {
        if let waiter = first, waiter.id == id {
            first = nil
            waiter.continuation.resume(returning: false)
        } else if let index = others.firstIndex(where: { $0.id == id }) {
            others.remove(at: index).continuation.resume(returning: false)
        }
    }
}
