import Testing
import Transport
import VoiceTesting

/// What is not a proper request gets one clear answer, and the server goes on.
@Suite struct HTTPRefusalTests {
    private static let answer: HTTPServer.Handler = { request, responder in
        let body = try await request.body.collect(upTo: 1 << 20)
        try await responder.respond(200, body: Array("\(request.path) \(body.count)".utf8))
    }

    static let cases: [(String, Int)] = [
        ("nonsense\r\n\r\n", 400),
        ("GET\r\n\r\n", 400),
        ("GET / HTTP/1.1\nHost: h\n\n", 400),
        ("GET / HTTP/1.1\r\nHost: h\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n c\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: h\r\nA : b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: h\r\nA: b\0c\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("GET /../x HTTP/1.1\r\nHost: h\r\n\r\n", 400),
        ("GET /%2e%2e/x HTTP/1.1\r\nHost: h\r\n\r\n", 400),
        ("GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n", 400),
        ("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3, 3\r\n\r\nabc", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +3\r\n\r\nabc", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0x3\r\n\r\nabc", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \r\n\r\n", 400),
        ("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n11111111111111111\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 501),
        ("POST / HTTP/1.1\r\nHost: h\r\nExpect: miracles\r\n\r\n", 417),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 40000000\r\n\r\n", 413),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9223372036854775808\r\n\r\n", 413),
        ("GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505),
        ("GET / HTTP/0.9\r\nHost: h\r\n\r\n", 505),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        ("GET /" + String(repeating: "a", count: 20_000) + " HTTP/1.1\r\nHost: h\r\n\r\n", 414),
        ("GET / HTTP/1.1\r\nHost: h\r\nA: " + String(repeating: "a", count: 20_000) + "\r\n\r\n", 431),
        ("GET / HTTP/1.1\r\nHost: h\r\n" + String(repeating: "A: b\r\n", count: 200) + "\r\n", 431),
    ]

    @Test func improperRequestIsRefusedWithOneAnswer() async throws {
        try await withLoopbackServer(handler: Self.answer) { port in
            for (text, status) in Self.cases {
                let shown = text.prefix(100)
                let peer = try await LoopbackPeer.connect(port: port)
                await peer.send(text)
                let response = try await peer.response()
                #expect(response.status == status, "\(shown)")
                #expect(response.text.hasPrefix("{\"error\":{\"message\":\""), "\(shown)")
                #expect(response.headers.first("content-type") == "application/json", "\(shown)")
                #expect(response.headers.first("connection") == "close", "\(shown)")
                #expect(try await peer.readToEnd() == "", "\(shown)")
                // The same, byte by byte.
                if text.utf8.count < 1000 {
                    let slow = try await LoopbackPeer.connect(port: port)
                    await slow.trickle(Array(text.utf8))
                    let again = try await slow.response()
                    #expect(again.status == status, "\(shown)")
                }
            }
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send("GET /alive HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await peer.response().text == "/alive 0")
        }
    }

    @Test func smuggledRequestIsNotAnswered() async throws {
        try await withLoopbackServer(handler: Self.answer) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send(
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                    + "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await peer.response().status == 400)
            #expect(try await peer.readToEnd() == "")
        }
    }

    @Test func badRequestBehindGoodOnesIsRefusedInItsTurn() async throws {
        try await withLoopbackServer(handler: Self.answer) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\nnonsense\r\n\r\n")
            #expect(try await peer.response().text == "/1 0")
            #expect(try await peer.response().text == "/2 0")
            #expect(try await peer.response().status == 400)
            #expect(try await peer.readToEnd() == "")
        }
    }

    @Test func chunkedBodyOverTheLimitIsRefused() async throws {
        var configuration = HTTPServerConfiguration(port: 0)
        configuration.maxBodyBytes = 1000
        try await withLoopbackServer(configuration, handler: Self.answer) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in 0..<11 { await peer.send("64\r\n" + String(repeating: "a", count: 100) + "\r\n") }
            #expect(try await peer.response().status == 413)
            #expect(try await peer.readToEnd() == "")
        }
    }

    @Test func endlessChunkExtensionsAndTrailersAreRefused() async throws {
        try await withLoopbackServer(handler: Self.answer) { port in
            for start in ["3;", "3\r\nabc\r\n0\r\n"] {
                let peer = try await LoopbackPeer.connect(port: port)
                await peer.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + start)
                for _ in 0..<40 {
                    await peer.send("A" + String(repeating: "a", count: 996) + (start.hasSuffix("\n") ? ": b\r\n" : ""))
                }
                #expect(try await peer.response().status == 400)
                #expect(try await peer.readToEnd() == "")
            }
        }
    }

    @Test func slowHeaderTimesOut() async throws {
        var configuration = HTTPServerConfiguration(port: 0)
        configuration.headerTimeout = .seconds(1)
        try await withLoopbackServer(configuration, handler: Self.answer) { port in
            let slow = try await LoopbackPeer.connect(port: port, opening: "GET / HTTP/1.1\r\nHo")
            // The second request of a connection is watched like the first.
            let second = try await LoopbackPeer.connect(
                port: port, opening: "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HT")
            let silent = try await LoopbackPeer.connect(port: port)
            #expect(try await second.response().status == 200)
            #expect(try await slow.response().status == 408)
            #expect(try await slow.readToEnd() == "")
            #expect(try await second.response().status == 408)
            #expect(try await silent.readToEnd() == "")
        }
    }

    @Test func idleConnectionEnds() async throws {
        var configuration = HTTPServerConfiguration(port: 0)
        configuration.idleTimeout = .seconds(1)
        try await withLoopbackServer(configuration, handler: Self.answer) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await peer.response().status == 200)
            #expect(try await peer.readToEnd() == "")
        }
    }

    @Test func stalledBodyTimesOut() async throws {
        var configuration = HTTPServerConfiguration(port: 0)
        configuration.idleTimeout = .seconds(1)
        try await withLoopbackServer(configuration, handler: Self.answer) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc")
            #expect(try await peer.response().status == 408)
            #expect(try await peer.readToEnd() == "")
        }
    }

    @Test func stalledReaderIsCutOff() async throws {
        var configuration = HTTPServerConfiguration(port: 0)
        configuration.idleTimeout = .seconds(1)
        let (ends, end) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(1))
        try await withLoopbackServer(
            configuration,
            handler: { _, responder in
                do {
                    try await responder.stream(200) { writer in
                        while true { try await writer.write([UInt8](repeating: 0, count: 65_536)) }
                    }
                } catch {
                    end.yield("\(error is CancellationError || error as? TransportError == .connectionLost)")
                    throw error
                }
            }
        ) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.setReading(false)
            await peer.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            var outcomes = ends.makeAsyncIterator()
            #expect(await outcomes.next() == "true")
        }
    }
}
