import Testing
import Transport
import VoicePipeline
import VoiceTesting

/// What handlers of large requests and long work may ask of the transport.
@Suite struct HTTPUploadTests {
    /// Says in its own words that a body is too large.
    private static let answer: HTTPServer.Handler = { request, responder in
        do {
            let body = try await request.body.collect(upTo: 1 << 20)
            try await responder.respond(200, body: Array("\(body.count)".utf8))
        } catch TransportError.bodyTooLarge(let limit) {
            try await responder.respond(413, body: Array("mine \(limit)".utf8))
        }
    }

    private static var configuration: HTTPServerConfiguration {
        var configuration = HTTPServerConfiguration.patient
        configuration.maxBodyBytes = 100
        configuration.maxBodyBytesOfPaths = ["/large": 1000, "/small": 10]
        return configuration
    }

    private static func request(_ path: String, announcing count: Int, body: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nHost: h\r\nContent-Length: \(count)\r\n\r\n\(body)"
    }

    @Test func pathsHaveLimitsOfTheirOwn() async throws {
        try await withLoopbackServer(Self.configuration, handler: Self.answer) { port in
            for (path, count) in [("/large", 1000), ("/other", 100), ("/small", 10)] {
                let peer = try await LoopbackPeer.connect(
                    port: port,
                    opening: Self.request(path, announcing: count, body: String(repeating: "x", count: count)))
                let answer = try await peer.response()
                #expect(answer.status == 200 && answer.text == "\(count)")
            }
        }
    }

    @Test func whatIsTooLargeForAPathIsTheHandlersToAnswer() async throws {
        try await withLoopbackServer(Self.configuration, handler: Self.answer) { port in
            // Nothing of the body is waited for.
            for (path, limit) in [("/large", 1000), ("/small", 10)] {
                let peer = try await LoopbackPeer.connect(
                    port: port, opening: Self.request(path, announcing: limit + 1))
                let answer = try await peer.response()
                #expect(answer.status == 413 && answer.text == "mine \(limit)")
                #expect(try await peer.readToEnd() == "")
            }
            let endless = try await LoopbackPeer.connect(
                port: port,
                opening: Self.request("/large", announcing: 1, body: "").replacing(
                    "1\r\n\r\n", with: "99999999999999999999\r\n\r\n"))
            #expect(try await endless.response().status >= 400)
            let other = try await LoopbackPeer.connect(port: port, opening: Self.request("/other", announcing: 101))
            #expect(try await other.response().text.hasPrefix("{\"error\""))
        }
    }

    @Test func aBodyThatGrowsTooLargeIsCutOff() async throws {
        try await withLoopbackServer(Self.configuration, handler: Self.answer) { port in
            let peer = try await LoopbackPeer.connect(
                port: port,
                opening: "POST /small HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nxxxxxxxxxxx\r\n")
            let answer = try await peer.response()
            #expect(answer.status == 413 && answer.text == "mine 10")
        }
    }

    @Test func longWorkEndsWithItsClient() async throws {
        let (events, note) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(10))
        var configuration = HTTPServerConfiguration.patient
        configuration.halfClosedTimeout = .seconds(600)
        try await withLoopbackServer(
            configuration,
            handler: { request, responder in
                _ = try await request.body.collect(upTo: 100)
                await responder.endWithPeer()
                note.yield("works")
                let (never, _) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
                for await _ in never {}
                note.yield("cancelled \(Task.isCancelled)")
            }
        ) { port in
            var notes = events.makeAsyncIterator()
            let peer = try await LoopbackPeer.connect(
                port: port, opening: Self.request("/", announcing: 3, body: "abc"))
            #expect(await notes.next() == "works")
            await peer.close()
            #expect(await notes.next() == "cancelled true")
        }
    }

    @Test func whoHasEndedBeforeIsGoneToo() async throws {
        let (events, note) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(10))
        let mayGoOn = Latch()
        try await withLoopbackServer(handler: { request, responder in
            note.yield("came")
            await mayGoOn.waitRegardless()
            await responder.endWithPeer()
            let (never, _) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            for await _ in never {}
            note.yield("cancelled \(Task.isCancelled)")
        }) { port in
            var notes = events.makeAsyncIterator()
            let peer = try await LoopbackPeer.connect(port: port, opening: "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(await notes.next() == "came")
            await peer.endOutput()
            mayGoOn.set()
            #expect(await notes.next() == "cancelled true")
        }
    }

    @Test func answersHaveWhatWasAdded() async throws {
        try await withLoopbackServer(handler: { _, responder in
            let more = responder.adding(["X-Common": "1"]).adding(["X-Other": "2"])
            try await more.stream(200, headers: ["X-Own": "3"]) { try await $0.write("body") }
        }) { port in
            let peer = try await LoopbackPeer.connect(port: port, opening: "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            let answer = try await peer.response()
            #expect(["x-common", "x-other", "x-own"].map { answer.headers.first($0) } == ["1", "2", "3"])
        }
    }
}
