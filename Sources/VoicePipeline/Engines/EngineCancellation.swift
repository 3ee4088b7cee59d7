/// Tells one piece of engine work that nobody wants its result any more.
///
/// Work on an engine's thread polls it with `check()`, or, where it is inside a long C call, leaves a handler that
/// makes the call return early.
public final class EngineCancellation: Sendable {
    private struct State: Sendable {
        var isCancelled = false
        var nextHandler = 0
        var handlers: [(id: Int, handler: @Sendable () -> Void)] = []
    }

    private let state = Guarded(State())

    /// A token that is not cancelled.
    public init() {}

    /// Whether `cancel()` was called.
    public var isCancelled: Bool {
        state.withLock { $0.isCancelled }
    }

    /// - Throws: `.cancelled` once `cancel()` was called.
    public func check() throws(EngineError) {
        if isCancelled { throw .cancelled }
    }

    /// Marks the work as unwanted and calls the handlers that are in place. Calling it again does nothing.
    public func cancel() {
        state.withLock { state in
            guard !state.isCancelled else { return }
            state.isCancelled = true
            // Under the lock, so that no handler runs after `withHandler` has returned and its memory is gone.
            for entry in state.handlers { entry.handler() }
        }
    }

    /// Runs `body`; if the token is cancelled before it returns, `handler` is called once, from the cancelling thread.
    /// - Parameters:
    ///   - handler: short, never blocks, and does not use this token. It is called at once if the token is cancelled
    ///     already. It is not running and will not run after this function returned.
    ///   - body: the work.
    public func withHandler<Value>(
        _ handler: @escaping @Sendable () -> Void, _ body: () throws(EngineError) -> Value
    ) throws(EngineError) -> Value {
        let id = state.withLock { state in
            let id = state.nextHandler
            state.nextHandler += 1
            state.handlers.append((id, handler))
            if state.isCancelled { handler() }
            return id
        }
        defer { state.withLock { $0.handlers.removeAll { $0.id == id } } }
        return try body()
    }
}
