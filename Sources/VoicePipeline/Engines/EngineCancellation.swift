/// Tells one piece of engine work that nobody wants its result any more.
///
/// Work on an engine's thread polls it with `check()`, or, where it is inside a long C call, leaves a handler that
/// makes the call return early.
public final class EngineCancellation: Sendable {
    private struct State: Sendable {
        var reason: EngineError?
        var nextHandler = 0
        var handlers: [(id: Int, handler: @Sendable () -> Void)] = []
        var pauseObserver: (@Sendable (_ isPaused: Bool) -> Void)?
    }

    private let state = Guarded(State())
    /// Where the work waits while other work goes first; nil for work that does not.
    private let pause: EnginePause?

    /// A token that is not cancelled.
    public init() {
        pause = nil
    }

    init(pause: EnginePause?) {
        self.pause = pause
    }

    /// Whether `cancel()` was called.
    public var isCancelled: Bool {
        state.withLock { $0.reason != nil }
    }

    /// Returns when the work may go on: requests and background work wait here while other work goes first.
    /// - Throws: the reason once `cancel()` was called.
    public func check() throws(EngineError) {
        if let reason = state.withLock({ $0.reason }) { throw reason }
        guard let pause, pause.isOn else { return }
        let observer = state.withLock { $0.pauseObserver }
        observer?(true)
        defer { observer?(false) }
        while pause.waits() {
            if let reason = state.withLock({ $0.reason }) { throw reason }
        }
    }

    /// Runs `body`, and tells of the times in which it waits in `check()` because other work goes first.
    /// - Parameter observer: called on the thread that waits, before it does (`true`) and behind (`false`).
    public func observingPauses<Value>(
        _ observer: @escaping @Sendable (_ isPaused: Bool) -> Void, _ body: () throws(EngineError) -> Value
    ) throws(EngineError) -> Value {
        state.withLock { $0.pauseObserver = observer }
        defer { state.withLock { $0.pauseObserver = nil } }
        return try body()
    }

    /// Marks the work as unwanted and calls the handlers that are in place. Of several calls the first counts; only
    /// `.cancelled`, which says that nobody is left to hear a reason, replaces another reason.
    /// - Parameter reason: what `check()` throws from now on: `.busy` for work that makes room for other work.
    public func cancel(because reason: EngineError = .cancelled) {
        state.withLock { state in
            let isFirst = state.reason == nil
            if isFirst || reason == .cancelled { state.reason = reason }
            guard isFirst else { return }
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
            if state.reason != nil { handler() }
            return id
        }
        defer { state.withLock { $0.handlers.removeAll { $0.id == id } } }
        return try body()
    }
}
