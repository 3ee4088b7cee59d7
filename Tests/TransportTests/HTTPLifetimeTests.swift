import Testing
import Transport
import VoicePipeline
import VoiceTesting

/// Clients that vanish, and servers that stop.
@Suite struct HTTPLifetimeTests {
    /// Waits until the task is cancelled.
    private static func untilCancelled() async {
        let (never, _) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        for await _ in never {}
    }

    @Test func handlerIsCancelledWhenItsClientResets() async throws {
        let (events, note) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(10))
        try await withLoopbackServer(handler: { request, responder in
            try await responder.stream(200) { writer in
                try await writer.write("begun")
                note.yield("begun")
                await withTaskCancellationHandler {
                    while !Task.isCancelled, (try? await writer.write("more")) != nil { await Task.yield() }
                } onCancel: {
                    note.yield("cancelled")
                }
            }
        }) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            var notes = events.makeAsyncIterator()
            #expect(await notes.next() == "begun")
            await peer.close()
            #expect(await notes.next() == "cancelled")
        }
    }

    @Test func handlerIsCancelledWhenTheBodyBreaksOff() async throws {
        let (events, note) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(10))
        try await withLoopbackServer(handler: { request, _ in
            do {
                for try await piece in request.body { note.yield("got \(piece.count)") }
                note.yield("complete")
            } catch {
                note.yield("\(error as? TransportError == .connectionLost)")
            }
            await Self.untilCancelled()
            note.yield("cancelled \(Task.isCancelled)")
        }) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc")
            var notes = events.makeAsyncIterator()
            #expect(await notes.next() == "got 3")
            await peer.close()
            #expect(await notes.next() == "true")
            #expect(await notes.next() == "cancelled true")
        }
    }

    @Test func runningRequestFinishesWhenTheServerStops() async throws {
        let (events, note) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let (gates, open) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let (ports, announce) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))
        let server = HTTPServer(
            configuration: .init(port: 0), log: .none, onListening: { announce.yield($0.port) },
            handler: { _, responder in
                note.yield()
                for await _ in gates { break }
                try await responder.respond(200, body: Array("cancelled \(Task.isCancelled)".utf8))
            })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            var portsIterator = ports.makeAsyncIterator()
            let port = try #require(await portsIterator.next())
            let idle = try await LoopbackPeer.connect(port: port)
            let busy = try await LoopbackPeer.connect(port: port)
            await busy.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            for await _ in events { break }
            group.cancelAll()
            // The idle connection ends, the port is closed, the request still runs.
            #expect(try await idle.readToEnd() == "")
            await #expect(throws: TransportError.self) { try await LoopbackPeer.connect(port: port) }
            open.yield()
            let response = try await busy.response()
            #expect(response.text == "cancelled false")
            #expect(response.headers.first("connection") == "close")
            try await group.waitForAll()
        }
    }

    @Test func requestThatTakesTooLongIsCutOffWhenTheServerStops() async throws {
        var configuration = HTTPServerConfiguration(port: 0)
        configuration.drainTimeout = .milliseconds(50)
        let (events, note) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let cancelled = Guarded(false)
        try await withLoopbackServer(
            configuration,
            handler: { _, _ in
                note.yield()
                await Self.untilCancelled()
                cancelled.withLock { $0 = Task.isCancelled }
            }
        ) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            for await _ in events { break }
        }
        let wasCancelled = cancelled.withLock { $0 }
        #expect(wasCancelled)
    }

    @Test func serverCancelledBeforehandReturns() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.cancelAll()
            group.addTask {
                try await HTTPServer(configuration: .init(port: 0), log: .none, handler: { _, _ in }).run()
            }
            try await group.waitForAll()
        }
    }

    @Test func serverStartsAgainOnTheSamePort() async throws {
        let handler: HTTPServer.Handler = { _, responder in try await responder.respond(200) }
        let port = try await withLoopbackServer(handler: handler) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await peer.response().status == 200)
            return port
        }
        let (ports, announce) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))
        let server = HTTPServer(
            configuration: .init(port: port), log: .none, onListening: { announce.yield($0.port) }, handler: handler)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            for await again in ports {
                #expect(again == port)
                break
            }
            group.cancelAll()
            try await group.waitForAll()
        }
    }
}
