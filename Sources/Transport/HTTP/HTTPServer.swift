import VoicePipeline

/// An HTTP/1.1 and WebSocket server, plain or inside TLS.
public struct HTTPServer: Service {
    /// Answers one request; runs on the server's loop unless it goes elsewhere.
    public typealias Handler = @Sendable (HTTPRequest, HTTPResponder) async throws -> Void

    private let configuration: HTTPServerConfiguration
    private let log: Log
    private let loop: EventLoop?
    private let onListening: @Sendable (Listening) -> Void
    private let handler: Handler
    private let counters = TransportCounters()
    private let ownLoop = Guarded<EventLoop?>(nil)

    /// - Parameters:
    ///   - loop: shared with others; without one the server starts its own.
    ///   - onListening: called once connections are accepted, at all addresses.
    ///   - handler: called for each request. What it throws before it has answered becomes a JSON error; `HTTPError`
    ///     chooses the status. Its task is cancelled when the connection goes.
    public init(
        configuration: HTTPServerConfiguration, log: Log, loop: EventLoop? = nil,
        onListening: @escaping @Sendable (Listening) -> Void = { _ in },
        handler: @escaping Handler
    ) {
        self.configuration = configuration
        self.log = log
        self.loop = loop
        self.onListening = onListening
        self.handler = handler
    }

    /// What the connections have come to; on any thread, at little cost.
    public var statistics: TransportStatistics {
        var statistics = counters.snapshot
        let running = loop ?? ownLoop.withLock { $0 }
        statistics.longestTurnMilliseconds = running?.core.load.longestTurn ?? 0
        return statistics
    }

    /// Serves until the task is cancelled. Then no connection is accepted any more, running requests may finish, and
    /// the messages of WebSockets end (`WebSocket.isDraining`); when their handlers return, they are closed with 1001.
    /// What is left after `drainTimeout` is told 1001 and cut off, and this returns a second later at the latest, even
    /// if a handler ignores that its task was cancelled.
    /// - Throws: `TransportError` when an address cannot be listened on.
    public func run() async throws {
        let loop =
            if let shared = self.loop { shared } else { try EventLoop(name: "http") }
        ownLoop.withLock { $0 = loop }
        defer { ownLoop.withLock { $0 = nil } }
        let acceptor = HTTPAcceptor(loop: loop, configuration: configuration, log: log, counters: counters)
        onListening(try await acceptor.listen())
        // Not a child: cancelling this task means draining, not cancelling the requests that run, and a handler that
        // does not end must not keep this from returning.
        _ = Task(executorPreference: loop) { [handler] in await acceptor.serve(handler) }
        await withTaskCancellationHandler {
            await acceptor.untilDrained()
        } onCancel: {
            loop.execute { acceptor.assumeIsolated { $0.drain() } }
        }
    }
}
