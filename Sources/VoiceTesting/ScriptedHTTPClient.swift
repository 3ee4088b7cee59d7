import VoicePipeline

/// An HTTP client that answers requests from a script and keeps what it was asked.
public final class ScriptedHTTPClient: HTTPClient {
    /// What happens to one request.
    public struct Exchange: Sendable {
        var events: [HTTPClientEvent]
        var failure: HTTPClientError?

        public init(_ events: [HTTPClientEvent], failure: HTTPClientError? = nil) {
            self.events = events
            self.failure = failure
        }

        /// A streamed response: each text is one piece of the body.
        public static func stream(_ pieces: [String], status: Int = 200, failure: HTTPClientError? = nil) -> Exchange {
            Exchange(
                [.head(status: status, headers: [(name: "content-type", value: "text/event-stream")])]
                    + pieces.map { .body(Array($0.utf8)) }, failure: failure)
        }

        /// A JSON response in one piece.
        public static func json(
            _ status: Int, _ body: String, headers: [(name: String, value: String)] = []
        ) -> Exchange {
            let type = (name: "content-type", value: "application/json")
            return Exchange([.head(status: status, headers: [type] + headers), .body(Array(body.utf8))])
        }
    }

    private struct State {
        var script: [Exchange]
        var requests: [HTTPClientRequest] = []
    }
    private let state: Guarded<State>

    /// - Parameter script: one exchange for each request; then every request is refused.
    public init(_ script: [Exchange]) {
        state = Guarded(State(script: script))
    }

    /// What was asked, in order.
    public var requests: [HTTPClientRequest] { state.withLock { $0.requests } }

    public func send(
        _ request: HTTPClientRequest, receive: @Sendable (HTTPClientEvent) async throws -> Void
    ) async throws {
        let exchange = state.withLock { state -> Exchange? in
            state.requests.append(request)
            return state.script.isEmpty ? nil : state.script.removeFirst()
        }
        guard let exchange else { throw HTTPClientError.unreachable("the script has ended") }
        for event in exchange.events {
            try Task.checkCancellation()
            try await receive(event)
        }
        if let failure = exchange.failure { throw failure }
    }
}
