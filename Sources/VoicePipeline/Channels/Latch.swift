/// A condition that becomes true once. Any number of tasks may wait for it.
public final class Latch: Sendable {
    private struct State {
        var isSet = false
        var next = 0
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var cancelled: Set<Int> = []
    }
    private let state = Guarded(State())

    public init() {}

    /// Lets every waiting and every later task pass.
    public func set() {
        let waiting = state.withLock { state in
            state.isSet = true
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Whether `set()` was called.
    public var isSet: Bool { state.withLock { $0.isSet } }

    /// Waits for `set()`, even if the task is cancelled.
    public func waitRegardless() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let mayPass = state.withLock { state in
                if state.isSet { return true }
                state.next += 1
                state.waiting[state.next] = continuation
                return false
            }
            if mayPass { continuation.resume() }
        }
    }

    /// Waits for `set()`, or for the task's cancellation.
    public func wait() async {
        let ticket = state.withLock { state in
            state.next += 1
            return state.next
        }
        defer { state.withLock { _ = $0.cancelled.remove(ticket) } }
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                let mayPass = state.withLock { state in
                    if state.isSet || state.cancelled.contains(ticket) { return true }
                    state.waiting[ticket] = continuation
                    return false
                }
                if mayPass { continuation.resume() }
            }
        } onCancel: {
            let continuation = state.withLock { state in
                state.cancelled.insert(ticket)
                return state.waiting.removeValue(forKey: ticket)
            }
            continuation?.resume()
        }
    }
}
