import Synchronization
import Testing
import Transport
import VoicePipeline
import VoiceTesting

/// What one client, and all together, may use of a server.
@Suite struct HTTPLimitsTests {
    private static let answer: HTTPServer.Handler = { request, responder in
        let body = try await request.body.collect(upTo: 1 << 20)
        try await responder.respond(200, body: Array("\(request.path) \(body.count)".utf8))
    }

    private static func request(_ path: String) -> String { "GET \(path) HTTP/1.1\r\nHost: h\r\n\r\n" }

    @Test func connectionsOfOneAddressAreLimited() async throws {
        var configuration = HTTPServerConfiguration(port: 0)
        configuration.maxConnectionsPerAddress = 2
        try await withLoopbackServer(configuration, handler: Self.answer) { port in
            let first = try await LoopbackPeer.connect(port: port, opening: Self.request("/1"))
            let second = try await LoopbackPeer.connect(port: port, opening: Self.request("/2"))
            #expect(try await first.response().status == 200)
            #expect(try await second.response().status == 200)
            // Answered without having asked anything.
            let third = try await LoopbackPeer.connect(port: port)
            let refusal = try await third.response()
            #expect(refusal.status == 429)
            #expect(refusal.headers.first("retry-after") == "5")
            #expect(refusal.text.hasPrefix("{\"error\":{\"message\":\""))
            #expect(try await third.readToEnd() == "")
            await first.send(Self.request("/1"))
            #expect(try await first.response().status == 200)
            await first.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            #expect(try await first.response().status == 200)
            #expect(try await first.readToEnd() == "")
            // The place is free again as soon as the server knows; so ask until it does.
            var status = 429
            while status == 429 {
                let next = try await LoopbackPeer.connect(port: port, opening: Self.request("/4"))
                status = try await next.response().status
                await next.close()
            }
            #expect(status == 200)
        }
    }

    @Test func allConnectionsAreLimited() async throws {
        var configuration = HTTPServerConfiguration(port: 0)
        configuration.maxConnections = 1
        try await withLoopbackServer(configuration, handler: Self.answer) { port in
            let first = try await LoopbackPeer.connect(port: port, opening: Self.request("/1"))
            #expect(try await first.response().status == 200)
            let second = try await LoopbackPeer.connect(port: port)
            let refusal = try await second.response()
            #expect(refusal.status == 503)
            #expect(refusal.headers.first("retry-after") == "5")
        }
    }

    @Test func dribbledBodyTimesOut() async throws {
        var configuration = HTTPServerConfiguration(port: 0)
        configuration.idleTimeout = .seconds(1)
        try await withLoopbackServer(configuration, handler: Self.answer) { port in
            let peer = try await LoopbackPeer.connect(
                port: port, opening: "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n")
            await peer.send(Array("a".utf8), everyMilliseconds: 50)
            let response = try await peer.response()
            await peer.stopRepeating()
            #expect(response.status == 408)
            #expect(response.headers.first("connection") == "close")
        }
    }

    @Test func clientThatEndedItsSideIsStillAnswered() async throws {
        try await withLoopbackServer(handler: Self.answer) { port in
            let peer = try await LoopbackPeer.connect(port: port, opening: Self.request("/1") + Self.request("/2"))
            await peer.endOutput()
            #expect(try await peer.response().text == "/1 0")
            #expect(try await peer.response().text == "/2 0")
        }
    }

    @Test func clientThatEndedItsSideIsNotWaitedForLong() async throws {
        var configuration = HTTPServerConfiguration(port: 0)
        configuration.halfClosedTimeout = .milliseconds(200)
        let (events, note) = AsyncStream.makeStream(of: Bool.self, bufferingPolicy: .bufferingNewest(1))
        try await withLoopbackServer(
            configuration,
            handler: { _, _ in
                let (never, _) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
                for await _ in never {}
                note.yield(Task.isCancelled)
            }
        ) { port in
            let peer = try await LoopbackPeer.connect(port: port, opening: Self.request("/"))
            await peer.endOutput()
            var notes = events.makeAsyncIterator()
            #expect(await notes.next() == true)
        }
    }

    @Test func requestsSentAheadAreAnsweredInOrder() async throws {
        try await withLoopbackServer(handler: Self.answer) { port in
            let count = 5000
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send((0..<count).map { Self.request("/\($0)") }.joined())
            for number in 0..<count {
                let text = try await peer.response().text
                if text != "/\(number) 0" { Issue.record("\(text) instead of \(number)") }
            }
        }
    }

    @Test func statisticsCountWhatHappens() async throws {
        var configuration = HTTPServerConfiguration(port: 0)
        configuration.maxConnectionsPerAddress = 2
        let (ports, announce) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))
        let server = HTTPServer(
            configuration: configuration, log: .none, onListening: { announce.yield($0.port) },
            handler: { request, responder in
                if request.isWebSocketUpgrade {
                    try await responder.webSocket { socket in for try await _ in socket.messages {} }
                } else {
                    try await responder.respond(200)
                }
            })
        #expect(server.statistics == TransportStatistics())
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            var portsIterator = ports.makeAsyncIterator()
            let port = try #require(await portsIterator.next())
            let socket = try await WebSocketServerTests.open(port)
            let second = try await LoopbackPeer.connect(port: port, opening: Self.request("/"))
            #expect(try await second.response().status == 200)
            let third = try await LoopbackPeer.connect(port: port)
            #expect(try await third.response().status == 429)
            await second.send("nonsense\r\n\r\n")
            #expect(try await second.response().status == 400)
            let statistics = server.statistics
            #expect(statistics.accepted == 2)
            #expect(statistics.webSockets == 1)
            #expect(statistics.refusedPerAddress == 1)
            #expect(statistics.refusedRequests == 1)
            let sent = WebSocketServerTests.opening + Self.request("/") + "nonsense\r\n\r\n"
            #expect(statistics.bytesIn == sent.utf8.count)
            #expect(statistics.bytesOut > 200)
            await socket.send(WebSocketFrame(opcode: 3).bytes)
            #expect(try await socket.frame().closeCode == 1002)
            #expect(server.statistics.violations == 1)
            await socket.close()
            await second.close()
            while server.statistics.connections > 0 { await Task.yield() }
            #expect(server.statistics.webSockets == 0)
            group.cancelAll()
            try await group.waitForAll()
        }
    }
}
