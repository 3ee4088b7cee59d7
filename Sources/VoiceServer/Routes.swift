import Transport

/// Which request goes to which door.
public final class Routes: Sendable {
    private let door: HotpinDoor
    private let status: ServerStatus
    private let watch: WatchDoor
    private let page: PageDoor
    private let speech: SpeechDoors?
    private let live: LiveDoor?
    private let crossOrigin: CrossOriginPolicy
    private let authenticator: Authenticator

    /// - Parameters:
    ///   - webRoot: folder of the page's files.
    ///   - speech: transcription and speech for programs; nil for a server without them.
    ///   - live: transcription while somebody speaks; nil for a server without it.
    ///   - crossOrigin: pages of other servers that may read the answers.
    public init(
        door: HotpinDoor, status: ServerStatus, watch: WatchDoor, webRoot: String, authenticator: Authenticator,
        speech: SpeechDoors? = nil, live: LiveDoor? = nil, crossOrigin: CrossOriginPolicy = CrossOriginPolicy()
    ) {
        self.speech = speech
        self.live = live
        self.crossOrigin = crossOrigin
        self.door = door
        self.authenticator = authenticator
        self.status = status
        self.watch = watch
        self.page = PageDoor(root: webRoot)
    }

    /// Answers one request.
    public func handle(_ request: HTTPRequest, _ responder: HTTPResponder) async throws {
        guard let visitor = try await answer(request, responder) else { return }
        // Opened out here, because what a function that waits keeps, it keeps for as long as the WebSocket lasts.
        if let live, request.path == Self.livePath {
            try await responder.webSocket { socket in try await live.serve(socket, visitor) }
        } else {
            try await responder.webSocket { socket in try await door.serve(socket, visitor) }
        }
    }

    /// Of transcription while somebody speaks.
    /// - Source: transcription back-end document, section 2.7.
    private static let livePath = "/stream"

    /// Answers whatever is no request for a WebSocket.
    /// - Returns: for whom a WebSocket is to be opened; nil if the request was answered.
    @inline(never)
    private func answer(_ request: HTTPRequest, _ responder: HTTPResponder) async throws -> Visitor? {
        if let headers = crossOrigin.preflight(request.method, request.headers) {
            try await responder.respond(204, headers: headers)
            return nil
        }
        let responder = crossOrigin.headers(request.headers).map(responder.adding) ?? responder
        do {
            try authenticator.refuseKeyInURL(request)
            if request.path == "/ws" || (live != nil && request.path == Self.livePath) {
                return try await visitor(request, responder)
            }
            try await route(request, responder)
        } catch let refusal as AccessRefusal {
            let shape = ErrorShape.of(path: request.path)
            guard let failure = ServiceFailure(refusal) else { throw refusal }
            try await responder.respond(refusal.status, json: shape.body(failure), headers: refusal.headers)
        }
        return nil
    }

    /// The page and the sign of life are for everyone, since they tell nothing; all else asks the authenticator.
    private func route(_ request: HTTPRequest, _ responder: HTTPResponder) async throws {
        switch request.path {
        case "/health":
            try await reading(request, responder) {
                try await responder.respond(status.isHealthy ? 200 : 503, json: status.health)
            }
        case "/metrics": try await reading(request, responder) { try await watch.metrics(request, responder) }
        case "/status": try await reading(request, responder) { try await watch.status(request, responder) }
        case "/":
            try await reading(request, responder) {
                if Accept.prefersJSON(request.headers.first("accept")) {
                    try await responder.respond(200, json: status.root)
                } else {
                    try await page.serve("index.html", request, responder)
                }
            }
        case "/openapi.json":
            try await reading(request, responder) { try await page.serve("openapi.json", request, responder) }
        // A folder has no page of its own: index.html belongs at /, where its links lead somewhere.
        case let path where path.hasPrefix("/web/") && !path.hasSuffix("/"):
            try await reading(request, responder) {
                try await page.serve(String(path.dropFirst(5)), request, responder)
            }
        default:
            if let speech, try await speech.answer(request, responder) { return }
            try await authenticator.require(request, door: "http")
            let failure = ServiceFailure(
                404, "There is nothing at \(request.path). The page is at /, devices connect to /ws.")
            try await responder.respond(404, json: ErrorShape.of(path: request.path).body(failure))
        }
    }

    private func visitor(_ request: HTTPRequest, _ responder: HTTPResponder) async throws -> Visitor? {
        // A key may still come with the handshake, which is all that a browser can do.
        let isLive = request.path == Self.livePath
        let visitor = try await authenticator.receive(request, door: isLive ? "stream" : "hotpin")
        guard request.isWebSocketUpgrade else {
            try await responder.respond(
                426,
                error: "This is a WebSocket endpoint; connect with ws:// and see Documentation/"
                    + "\(isLive ? "LiveTranscription" : "Protocol").md.",
                headers: ["upgrade": "websocket"])
            return nil
        }
        return visitor
    }

    /// Lets only requests through that change nothing.
    private func reading(
        _ request: HTTPRequest, _ responder: HTTPResponder, _ body: () async throws -> Void
    ) async throws {
        guard request.method == "GET" || request.method == "HEAD" else {
            try await responder.respond(
                405, error: "\(request.method) is not possible here; use GET.", headers: ["allow": "GET, HEAD"])
            return
        }
        try await body()
    }
}
