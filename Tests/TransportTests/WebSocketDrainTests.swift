import Testing
import Transport
import VoiceTesting

/// What becomes of WebSockets when their server stops.
@Suite struct WebSocketDrainTests {
    /// Runs a server whose WebSockets a handler serves, and stops it when `opened` returns.
    private func stop(
        after opened: @escaping @Sendable (LoopbackPeer) async throws -> Void, drainTimeout: Duration = .seconds(30),
        handler: @escaping @Sendable (WebSocket) async throws -> Void,
        then ended: @escaping @Sendable (LoopbackPeer) async throws -> Void
    ) async throws {
        var configuration = HTTPServerConfiguration(port: 0)
        configuration.drainTimeout = drainTimeout
        let (ports, announce) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))
        let server = HTTPServer(
            configuration: configuration, log: .none, onListening: { announce.yield($0.port) },
            handler: { _, responder in try await responder.webSocket(nil, handler) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            var portsIterator = ports.makeAsyncIterator()
            let port = try #require(await portsIterator.next())
            let peer = try await WebSocketServerTests.open(port)
            try await opened(peer)
            group.cancelAll()
            try await ended(peer)
            try await group.waitForAll()
        }
    }

    @Test func messagesEndAndWhatRunsMayBeFinished() async throws {
        let (gates, open) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        try await stop(
            after: { (peer: LoopbackPeer) async throws in
                await peer.send(WebSocketFrame.text("question").bytes)
                #expect(try await peer.frame().payload == Array("heard".utf8))
            },
            handler: { (socket: WebSocket) async throws in
                for try await message in socket.messages {
                    #expect(message == .text(Array("question".utf8)))
                    #expect(!socket.isDraining)
                    try await socket.send(text: "heard")
                }
                #expect(socket.isDraining)
                #expect(!Task.isCancelled)
                try await socket.send(text: "still here")
                for await _ in gates { break }
                for try await _ in socket.messages { Issue.record("a message after the end") }
                try await socket.send(text: "answer")
            },
            then: { (peer: LoopbackPeer) async throws in
                #expect(try await peer.frame().payload == Array("still here".utf8))
                // Nobody listens to this any more; the pong shows that it has come.
                await peer.send(WebSocketFrame.text("another question").bytes + WebSocketFrame.ping([7]).bytes)
                #expect(try await peer.frame().payload == [7])
                open.yield()
                #expect(try await peer.frame().payload == Array("answer".utf8))
                let close = try await peer.frame()
                #expect(close.closeCode == 1001)
                #expect(String(decoding: close.payload.dropFirst(2), as: UTF8.self) == "the server stops")
                await peer.send(WebSocketFrame.close(1001).bytes)
                #expect(try await peer.readToEnd() == "")
            })
    }

    @Test func handlerThatGoesOnIsToldAndCutOffAtTheDrainTimeout() async throws {
        let (ends, end) = AsyncStream.makeStream(of: Bool.self, bufferingPolicy: .bufferingNewest(1))
        try await stop(
            after: { _ in }, drainTimeout: .milliseconds(100),
            handler: { _ in
                let (never, _) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
                for await _ in never {}
                end.yield(Task.isCancelled)
            },
            then: { (peer: LoopbackPeer) async throws in
                #expect(try await peer.frame().closeCode == 1001)
                var outcomes = ends.makeAsyncIterator()
                #expect(await outcomes.next() == true)
            })
    }

    @Test func handlerThatIgnoresCancellationDoesNotHoldTheServer() async throws {
        let (gates, open) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let (ends, end) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        try await stop(
            after: { _ in }, drainTimeout: .milliseconds(50),
            handler: { _ in
                // A task of its own does not hear of the cancellation.
                await Task { for await _ in gates { break } }.value
                end.yield()
            },
            then: { _ in })
        // The server has returned although its handler has not.
        open.yield()
        for await _ in ends { break }
    }

    @Test func socketThatIsOpenedWhileTheServerStopsHasNoMessages() async throws {
        let (gates, open) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let (begins, begin) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let (ports, announce) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))
        let server = HTTPServer(
            configuration: .init(port: 0), log: .none, onListening: { announce.yield($0.port) },
            handler: { _, responder in
                begin.yield()
                for await _ in gates { break }
                try await responder.webSocket { socket in
                    for try await _ in socket.messages { Issue.record("a message") }
                    try await socket.send(text: "draining \(socket.isDraining)")
                }
            })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            var portsIterator = ports.makeAsyncIterator()
            let port = try #require(await portsIterator.next())
            let idle = try await LoopbackPeer.connect(port: port)
            let peer = try await LoopbackPeer.connect(
                port: port, opening: WebSocketServerTests.opening)
            for await _ in begins { break }
            group.cancelAll()
            // The server stops: it has let the idle connection go.
            #expect(try await idle.readToEnd() == "")
            open.yield()
            _ = try await peer.read(through: "\r\n\r\n")
            #expect(try await peer.frame().payload == Array("draining true".utf8))
            #expect(try await peer.frame().closeCode == 1001)
            await peer.close()
            try await group.waitForAll()
        }
    }
}
