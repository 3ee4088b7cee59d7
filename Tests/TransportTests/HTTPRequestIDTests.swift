import Testing
import Transport
import VoicePipeline
import VoiceTesting

/// The name of each request, in its answer and for its handler.
@Suite struct HTTPRequestIDTests {
    private func serve(
        _ body: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        try await withLoopbackServer(handler: { request, responder in
            if request.path == "/refused" { throw HTTPError(403, "no") }
            if request.path == "/ws" { return try await responder.webSocket { _ in } }
            try await responder.respond(200, body: Array("\(request.id) \(RequestID.current ?? "none")".utf8))
        }) { port in try await body(port) }
    }

    @Test func takesTheCallersAndEchoesIt() async throws {
        try await serve { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send("GET / HTTP/1.1\r\nHost: h\r\nX-Request-Id: abc_1-Z\r\n\r\n")
            let response = try await peer.response()
            #expect(response.text == "abc_1-Z abc_1-Z")
            #expect(response.headers.first("x-request-id") == "abc_1-Z")
        }
    }

    @Test(arguments: ["", "two words", "a;b", String(repeating: "x", count: 65)])
    func replacesWhatIsNone(given: String) async throws {
        try await serve { port in
            let peer = try await LoopbackPeer.connect(port: port)
            var seen: Set<String> = []
            for _ in 0..<2 {
                await peer.send("GET / HTTP/1.1\r\nHost: h\r\nX-Request-Id: \(given)\r\n\r\n")
                let response = try await peer.response()
                let name = response.headers.first("x-request-id") ?? ""
                #expect(name.count == 8)
                #expect(response.text == "\(name) \(name)")
                seen.insert(name)
            }
            #expect(seen.count == 2)
        }
    }

    @Test func errorsAndUpgradesHaveOneToo() async throws {
        try await serve { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send("GET /refused HTTP/1.1\r\nHost: h\r\nX-Request-Id: r1\r\n\r\n")
            #expect(try await peer.response().headers.first("x-request-id") == "r1")
            await peer.send(
                "GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nX-Request-Id: w1\r\n\r\n"
            )
            #expect(try await peer.read(through: "\r\n\r\n").contains("X-Request-Id: w1\r\n"))
            let other = try await LoopbackPeer.connect(port: port)
            await other.send("nonsense\r\n\r\n")
            #expect(try await other.response().headers.first("x-request-id")?.count == 8)
        }
    }
}
