/// Wakes one waiting task. A signal that comes while nobody waits is kept, once.
public final class WakeSignal: Sendable {
    private struct State {
        var isPending = false
        var isCancelled = false
        var waiter: CheckedContinuation<Void, Never>?
    }
    private let state = Guarded(State())

    public init() {}

    public func signal() {
        let waiter = state.withLock { state in
            let waiter = state.waiter
            state.waiter = nil
            state.isPending = waiter == nil
            return waiter
        }
        waiter?.resume()
    }

    /// Returns at the next signal, or when the task is cancelled. One task at a time.
    public func wait() async {
        defer { state.withLock { $0.isCancelled = false } }
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                let passes = state.withLock { state in
                    if state.isPending || state.isCancelled || state.waiter != nil {
                        state.isPending = false
                        return true
                    }
                    state.waiter = continuation
                    return false
                }
                if passes { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.isCancelled = true
                let waiter = state.waiter
                state.waiter = nil
                return waiter
            }
            waiter?.resume()
        }
    }
}
