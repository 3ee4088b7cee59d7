import Testing
import Transport
import VoiceTesting

/// How responses are framed, and what errors of a handler become.
@Suite struct HTTPResponseTests {
    /// Answers abc: in one piece, and in a stream at /stream.
    private static let abc: HTTPServer.Handler = { request, responder in
        if request.path == "/stream" {
            try await responder.stream(200) { try await $0.write("abc") }
        } else {
            try await responder.respond(200, body: Array("abc".utf8))
        }
    }

    private func get(_ path: String, close: Bool = false) -> String {
        "GET \(path) HTTP/1.1\r\nHost: h\r\n\(close ? "Connection: close\r\n" : "")\r\n"
    }

    @Test func streamWithAnnouncedLengthHasThatLength() async throws {
        try await withLoopbackServer(handler: { request, responder in
            try await responder.stream(200, headers: ["Content-Length": "4"]) { writer in
                try await writer.write("ab")
                if request.path == "/long" {
                    await #expect(throws: TransportError.contentLengthMismatch) { try await writer.write("cde") }
                }
                if request.path != "/short" { try await writer.write("cd") }
            }
        }) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send(get("/right") + get("/long"))
            #expect(try await peer.response().text == "abcd")
            #expect(try await peer.response().text == "abcd")
            await peer.send(get("/short"))
            await #expect(throws: LoopbackPeer.Failure.self) { try await peer.response() }
        }
    }

    @Test func headHasTheLengthButNoBody() async throws {
        try await withLoopbackServer(handler: Self.abc) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await peer.read(through: "\r\n\r\n").contains("Content-Length: 3\r\n"))
            await peer.send("HEAD /stream HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await peer.read(through: "\r\n\r\n").contains("chunked"))
            await peer.send(get("/"))
            #expect(try await peer.response().text == "abc")
        }
    }

    @Test(arguments: [204, 304])
    func statusWithoutBodyHasNone(status: Int) async throws {
        try await withLoopbackServer(handler: { _, responder in
            try await responder.respond(status, body: Array("ignored".utf8))
        }) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send(get("/") + get("/"))
            let head = try await peer.read(through: "\r\n\r\n")
            #expect(!head.contains("Content-Length"))
            #expect(try await peer.read(through: "\r\n\r\n").hasPrefix("HTTP/1.1 \(status)"))
        }
    }

    @Test func oldProtocolClosesUnlessAskedToKeep() async throws {
        try await withLoopbackServer(handler: Self.abc) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(try await peer.response().headers.first("connection") == "keep-alive")
            await peer.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            let rest = try await peer.readToEnd()
            #expect(rest.hasSuffix("\r\n\r\nabc"))
            #expect(!rest.contains("chunked"))
        }
    }

    @Test func errorsOfTheHandlerBecomeAnswers() async throws {
        struct Accident: Error {}
        try await withLoopbackServer(handler: { request, responder in
            switch request.path {
            case "/status": throw HTTPError(409, "Not \"now\".")
            case "/accident": throw Accident()
            case "/nothing": return
            case "/header": try await responder.respond(200, headers: ["X": "a\r\nSet-Cookie: b"])
            case "/number": try await responder.respond(101)
            case "/twice":
                try await responder.respond(200)
                await #expect(throws: TransportError.responseAlreadySent) { try await responder.respond(200) }
            default: _ = try await request.body.collect(upTo: 3)
            }
        }) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send(
                get("/status") + get("/accident") + get("/nothing") + get("/header") + get("/number") + get("/twice"))
            let status = try await peer.response()
            #expect(status.status == 409)
            #expect(status.text == #"{"error":{"message":"Not \"now\"."}}"#)
            for expected in [500, 500, 500, 500, 200] { #expect(try await peer.response().status == expected) }
            await peer.send("POST /limit HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nabcd")
            #expect(try await peer.response().status == 413)
        }
    }

    @Test func errorInTheMiddleCutsTheResponse() async throws {
        try await withLoopbackServer(handler: { _, responder in
            try await responder.stream(200) { writer in
                try await writer.write("abc")
                throw HTTPError(500, "too late")
            }
        }) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send(get("/"))
            #expect(try await !peer.readToEnd().hasSuffix("0\r\n\r\n"))
        }
    }
}
