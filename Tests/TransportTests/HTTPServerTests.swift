import Testing
import Transport
import VoiceTesting

/// The server over real sockets, seen by a bare TCP client.
@Suite struct HTTPServerTests {
    private static let echo: HTTPServer.Handler = { request, responder in
        let body = try await request.body.collect(upTo: 1 << 26)
        try await responder.respond(200, headers: ["X-Path": request.path, "X-Method": request.method], body: body)
    }

    private func get(_ path: String, close: Bool = false) -> String {
        "GET \(path) HTTP/1.1\r\nHost: h\r\n\(close ? "Connection: close\r\n" : "")\r\n"
    }

    @Test func requestIsTakenApart() async throws {
        try await withLoopbackServer(handler: { request, responder in
            let text =
                "\(request.method) \(request.target) \(request.path) \(request.query("q") ?? "-") "
                + "\(request.headers.first("x-a") ?? "-") \(request.remoteAddress) \(request.isWebSocketUpgrade)"
            try await responder.respond(200, headers: ["Content-Type": "text/plain"], body: Array(text.utf8))
        }) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send("PATCH /a%20b?q=1+2 HTTP/1.1\r\nHost: h\r\nX-A:  b \r\n\r\n")
            let response = try await peer.response()
            #expect(response.status == 200)
            #expect(response.text == "PATCH /a%20b?q=1+2 /a b 1 2 b 127.0.0.1 false")
            #expect(response.headers.first("content-type") == "text/plain")
            #expect(response.headers.first("date")?.hasSuffix("GMT") == true)
            #expect(response.headers.first("connection") == "keep-alive")
        }
    }

    @Test func connectionIsKeptAndPipelinedRequestsAreAnsweredInOrder() async throws {
        try await withLoopbackServer(handler: Self.echo) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send(
                get("/1") + "POST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
                    + "POST /3 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n1\r\nf\r\n0\r\n\r\n"
                    + get("/4", close: true))
            for (path, body) in [("/1", ""), ("/2", "abc"), ("/3", "def"), ("/4", "")] {
                let response = try await peer.response()
                #expect(response.headers.first("x-path") == path)
                #expect(response.text == body)
            }
            #expect(try await peer.readToEnd() == "")
        }
    }

    @Test func manyPipelinedRequestsAreAnswered() async throws {
        try await withLoopbackServer(handler: Self.echo) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send((0..<3000).map { get("/\($0)") }.joined())
            for index in 0..<3000 {
                #expect(try await peer.response().headers.first("x-path") == "/\(index)")
            }
        }
    }

    @Test func requestsArriveByteByByte() async throws {
        try await withLoopbackServer(handler: Self.echo) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.trickle(
                Array(
                    ("POST /slow HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
                        + get("/next")).utf8))
            #expect(try await peer.response().text == "abc")
            #expect(try await peer.response().headers.first("x-path") == "/next")
        }
    }

    @Test func largeBodiesGoBothWays() async throws {
        let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try await withLoopbackServer(handler: Self.echo) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(body.count)\r\n\r\n")
            await peer.send(body)
            #expect(try await peer.response().body == body)
            await peer.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
            for start in stride(from: 0, to: body.count, by: 100_000) {
                await peer.send("186a0\r\n")
                await peer.send(Array(body[start..<start + 100_000]))
                await peer.send("\r\n")
            }
            await peer.send("0\r\n\r\n")
            #expect(try await peer.response().body == body)
        }
    }

    @Test func bodyIsEchoedWhileItComes() async throws {
        try await withLoopbackServer(handler: { request, responder in
            try await responder.stream(200) { writer in
                for try await piece in request.body { try await writer.write(piece) }
            }
        }) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
            #expect(try await peer.read(through: "abc\r\n").contains("Transfer-Encoding: chunked"))
            await peer.send("2\r\nde\r\n0\r\n\r\n")
            #expect(try await peer.read(through: "0\r\n\r\n") == "2\r\nde\r\n0\r\n\r\n")
            await peer.send(get("/again"))
            #expect(try await peer.response().status == 200)
        }
    }

    @Test func clientThatWaitsIsToldToContinue() async throws {
        try await withLoopbackServer(handler: { request, responder in
            guard request.path == "/take" else { throw HTTPError(403, "No.") }
            let body = try await request.body.collect(upTo: 100)
            try await responder.respond(200, body: body)
        }) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            let head = "HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-Continue\r\n\r\n"
            await peer.send("PUT /take " + head)
            #expect(try await peer.read(through: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
            await peer.send("abc")
            #expect(try await peer.response().text == "abc")
            // A client that does not wait is not told.
            await peer.send("PUT /take " + head + "abc")
            #expect(try await peer.response().status == 200)
            // Refused without the body; whether it comes now cannot be known.
            await peer.send("PUT /refuse " + head)
            let refused = try await peer.response()
            #expect(refused.status == 403)
            #expect(refused.headers.first("connection") == "close")
            #expect(try await peer.readToEnd() == "")
        }
    }

    @Test func unreadBodyDoesNotSpoilTheConnection() async throws {
        try await withLoopbackServer(handler: { _, responder in try await responder.respond(200) }) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 500000\r\n\r\n")
            #expect(try await peer.response().status == 200)
            await peer.send([UInt8](repeating: 65, count: 500_000))
            await peer.send(get("/"))
            #expect(try await peer.response().status == 200)
        }
    }

    @Test func tooMuchUnreadBodyEndsTheConnection() async throws {
        try await withLoopbackServer(handler: { _, responder in try await responder.respond(200) }) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 30000000\r\n\r\n")
            #expect(try await peer.response().status == 200)
            await peer.send([UInt8](repeating: 65, count: 8_000_000))
            #expect(try await peer.readToEnd() == "")
        }
    }

    @Test func halfClosedPeerIsAnswered() async throws {
        try await withLoopbackServer(handler: Self.echo) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send(get("/1") + get("/2"))
            await peer.endOutput()
            #expect(try await peer.response().headers.first("x-path") == "/1")
            #expect(try await peer.response().headers.first("x-path") == "/2")
            #expect(try await peer.readToEnd() == "")
        }
    }

    @Test func hundredConnectionsAreServedAtOnce() async throws {
        try await withLoopbackServer(handler: Self.echo) { port in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<100 {
                    group.addTask {
                        let peer = try await LoopbackPeer.connect(port: port)
                        for round in 0..<10 {
                            let body = "\(index)-\(round)"
                            await peer.send(
                                "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
                            #expect(try await peer.response().text == body)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func connectionBeyondTheLimitIsToldSo() async throws {
        var configuration = HTTPServerConfiguration(port: 0)
        configuration.maxConnections = 2
        try await withLoopbackServer(configuration, handler: Self.echo) { port in
            let first = try await LoopbackPeer.connect(port: port)
            let second = try await LoopbackPeer.connect(port: port)
            for peer in [first, second] {
                await peer.send(get("/"))
                #expect(try await peer.response().status == 200)
            }
            let third = try await LoopbackPeer.connect(port: port)
            let refused = try await third.response()
            #expect(refused.status == 503)
            #expect(refused.text.hasPrefix("{\"error\":{\"message\":"))
            #expect(try await third.readToEnd() == "")
            await first.send(get("/"))
            #expect(try await first.response().status == 200)
        }
    }

    @Test func addressInUseIsSaid() async throws {
        try await withLoopbackServer(handler: Self.echo) { port in
            let second = HTTPServer(configuration: .init(port: port), log: .none, handler: Self.echo)
            await #expect(throws: TransportError.addressInUse(host: "127.0.0.1", port: port)) { try await second.run() }
        }
    }

    @Test func unknownHostIsSaid() async throws {
        let server = HTTPServer(
            configuration: .init(host: "no such host", port: 0), log: .none, handler: Self.echo)
        await #expect(throws: TransportError.unknownHost("no such host")) { try await server.run() }
    }

    @Test func nameAndIPv6AreListenedOn() async throws {
        for host in ["localhost", "::1"] {
            try await withLoopbackServer(.init(host: host, port: 0), handler: Self.echo) { port in #expect(port > 0) }
        }
    }
}
