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

    /// Serves until the task is cancelled; then running requests may finish and WebSockets are closed with 1001,
    /// within `drainTimeout`.
    /// - Throws: `TransportError` when an address cannot be listened on.
    public func run() async throws {
        let loop =
            if let shared = self.loop { shared } else { try EventLoop(name: "http") }
        let acceptor = HTTPAcceptor(loop: loop, configuration: configuration, log: log)
        onListening(try await acceptor.listen())
        // Not a child: cancelling this task means draining, not cancelling the requests that run.
        let serving = Task(executorPreference: loop) { [handler] in await acceptor.serve(handler) }
        await withTaskCancellationHandler {
            await serving.value
        } onCancel: {
            loop.execute { acceptor.assumeIsolated { $0.drain() } }
        }
    }
}
