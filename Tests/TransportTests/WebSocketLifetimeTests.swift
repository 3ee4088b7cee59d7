import Testing
import Transport
import VoiceTesting

/// Peers that vanish or fall silent, second readers, and servers that stop.
@Suite struct WebSocketLifetimeTests {
    @Test func handlerIsCancelledWhenItsPeerVanishes() async throws {
        let (events, note) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(10))
        try await withLoopbackServer(handler: { _, responder in
            try await responder.webSocket { socket in
                do {
                    for try await _ in socket.messages { note.yield("message") }
                    note.yield("end")
                } catch {
                    note.yield(error as? TransportError == .connectionLost ? "lost" : "\(error)")
                }
                let (never, _) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
                for await _ in never {}
                note.yield("cancelled \(Task.isCancelled) \(socket.closeCode ?? 0)")
            }
        }) { port in
            // In the middle of a message, with another one before it.
            let frames =
                WebSocketFrame.text("a").bytes
                + WebSocketFrame.binary([UInt8](repeating: 0, count: 1000)).bytes.dropLast(1)
            let peer = try await WebSocketServerTests.open(port, then: frames)
            var notes = events.makeAsyncIterator()
            #expect(await notes.next() == "message")
            await peer.close()
            #expect(await notes.next() == "lost")
            #expect(await notes.next() == "cancelled true 1006")
        }
    }

    @Test func peerThatEndsItsStreamBeforeTheUpgradeIsGone() async throws {
        let (ended, hasEnded) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let (events, note) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(10))
        try await withLoopbackServer(handler: { request, responder in
            guard request.isWebSocketUpgrade else { return try await responder.respond(200, body: []) }
            for await _ in ended { break }
            try await responder.webSocket { socket in
                do {
                    for try await message in socket.messages {
                        note.yield(String(decoding: message.bytes, as: UTF8.self))
                    }
                } catch {
                    note.yield(error as? TransportError == .connectionLost ? "lost" : "\(error)")
                }
            }
        }) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send(Array(WebSocketServerTests.opening.utf8) + WebSocketFrame.text("last words").bytes)
            await peer.endOutput()
            // The loop that has answered two later requests has seen the end of the stream.
            let other = try await LoopbackPeer.connect(port: port)
            for _ in 0..<2 {
                await other.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                #expect(try await other.response().status == 200)
            }
            hasEnded.yield()
            var notes = events.makeAsyncIterator()
            #expect(await notes.next() == "last words")
            #expect(await notes.next() == "lost")
        }
    }

    @Test func silentPeerIsPingedAndThenGivenUp() async throws {
        var configuration = WebSocketConfiguration()
        configuration.pingInterval = .milliseconds(400)
        let settings = configuration
        let (events, note) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(10))
        try await withLoopbackServer(handler: { _, responder in
            try await responder.webSocket(settings) { socket in
                do {
                    for try await message in socket.messages {
                        note.yield(String(decoding: message.bytes, as: UTF8.self))
                    }
                } catch {
                    note.yield(error as? TransportError == .timedOut ? "timed out" : "\(error)")
                }
            }
        }) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.answer([0x89, 0], with: WebSocketFrame.pong().bytes)
            await peer.send(WebSocketServerTests.opening)
            _ = try await peer.read(through: "\r\n\r\n")
            // More pings than an unanswered one would leave time for.
            for _ in 0..<3 { #expect(try await peer.frame().opcode == 9) }
            await peer.send(WebSocketFrame.text("alive").bytes)
            var notes = events.makeAsyncIterator()
            #expect(await notes.next() == "alive")
            await peer.stopAnswering()
            #expect(await notes.next() == "timed out")
        }
    }

    @Test func secondReaderIsRefused() async throws {
        try await withLoopbackServer(handler: { _, responder in
            try await responder.webSocket { socket in
                await withTaskGroup(of: Bool.self) { group in
                    for _ in 0..<2 {
                        group.addTask {
                            do {
                                for try await _ in socket.messages {}
                                return false
                            } catch {
                                return error as? TransportError == .concurrentRead
                            }
                        }
                    }
                    // One of them is refused while the other still waits.
                    #expect(await group.next() == true)
                    try? await socket.send(text: "refused")
                    await group.waitForAll()
                }
            }
        }) { port in
            let peer = try await WebSocketServerTests.open(port)
            #expect(try await peer.frame().payload == Array("refused".utf8))
            await peer.send(WebSocketFrame.close(1000).bytes)
            #expect(try await peer.frame().closeCode == 1000)
        }
    }

    @Test func webSocketsAreToldWhenTheServerStops() async throws {
        let (ports, announce) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))
        let server = HTTPServer(
            configuration: .init(port: 0), log: .none, onListening: { announce.yield($0.port) },
            handler: WebSocketServerTests.echo())
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            var portsIterator = ports.makeAsyncIterator()
            let port = try #require(await portsIterator.next())
            let peer = try await WebSocketServerTests.open(port)
            group.cancelAll()
            #expect(try await peer.frame().closeCode == 1001)
            await peer.send(WebSocketFrame.close(1001).bytes)
            #expect(try await peer.readToEnd() == "")
            try await group.waitForAll()
        }
    }
}
