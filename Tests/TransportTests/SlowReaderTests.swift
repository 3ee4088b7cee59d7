import Testing
import Transport
import VoicePipeline
import VoiceTesting

/// Clients that take their answer slowly get the whole of it; those that take nothing do not keep their connection.
@Suite struct SlowReaderTests {
    /// More than the kernels keep for a client that does not read.
    private static let total = 12 << 20
    /// Longer than a client has to end its side once it has everything.
    private static let pause: UInt64 = 2500

    enum Ending: CaseIterable, Sendable {
        case asked, oldProtocol, drain

        var request: String {
            switch self {
            case .asked: "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
            case .oldProtocol: "GET / HTTP/1.0\r\n\r\n"
            case .drain: "GET / HTTP/1.1\r\nHost: h\r\n\r\n"
            }
        }
    }

    /// A server with one large answer.
    private struct Subject {
        let server: HTTPServer
        let ports: AsyncStream<Int>
        let asked: AsyncStream<Void>
        let gate: AsyncStream<Void>.Continuation
        let answered: AsyncStream<Void>

        /// - Parameter isStreamed: the handler is there until nearly everything has left; else it answers when the gate
        ///   opens, and has gone when the client begins to read.
        init(
            _ changed: HTTPServerConfiguration = .init(port: 0), identity: TLSIdentity? = nil, isStreamed: Bool = false
        ) {
            var configuration = changed
            configuration.listeners = [HTTPListener(port: 0, identity: identity)]
            configuration.sendHighWater = isStreamed ? 1 << 20 : 64 << 20
            let (ports, announce) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))
            let (asked, ask) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            let (gates, gate) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            let (answered, answer) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            server = HTTPServer(
                configuration: configuration, log: .none, onListening: { announce.yield($0.port) },
                handler: { _, responder in
                    ask.yield()
                    let total = SlowReaderTests.total
                    if isStreamed {
                        try await responder.stream(200, headers: ["Content-Length": "\(total)"]) { writer in
                            try await writer.write([UInt8](repeating: 7, count: total - 1))
                            try await writer.write([7])
                        }
                    } else {
                        for await _ in gates { break }
                        try await responder.respond(200, body: [UInt8](repeating: 7, count: total))
                    }
                    answer.yield()
                })
            self.ports = ports
            self.asked = asked
            self.gate = gate
            self.answered = answered
        }

        /// Runs the server for as long as the closure runs, which may stop it before.
        func run(_ body: (Int, _ stop: () -> Void) async throws -> Void) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                var iterator = ports.makeAsyncIterator()
                try await body(try #require(await iterator.next())) { group.cancelAll() }
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }

    @Test(arguments: Ending.allCases, [false, true])
    func wholeAnswerArrives(before ending: Ending, isEncrypted: Bool) async throws {
        let fixture = try TLSFixture()
        var configuration = HTTPServerConfiguration(port: 0)
        configuration.drainTimeout = .seconds(60)
        let subject = Subject(configuration, identity: isEncrypted ? fixture.identity : nil)
        try await subject.run { port, stop in
            let peer = try await LoopbackPeer.connect(
                port: port, opening: ending.request, certificate: isEncrypted ? fixture.certificate : nil)
            for await _ in subject.asked { break }
            await peer.setReading(false)
            if ending == .drain { stop() }
            subject.gate.yield()
            for await _ in subject.answered { break }
            await peer.pauseReading(forMilliseconds: Self.pause)
            let response = try await peer.response()
            #expect(response.headers.first("connection") == "close")
            #expect(response.body.count == Self.total)
            #expect(try await peer.readToEnd() == "")
        }
    }

    @Test(arguments: [false, true])
    func clientThatTakesNothingIsCutOff(isEncrypted: Bool) async throws {
        let fixture = try TLSFixture()
        var configuration = HTTPServerConfiguration(port: 0)
        configuration.idleTimeout = .milliseconds(500)
        let subject = Subject(configuration, identity: isEncrypted ? fixture.identity : nil)
        try await subject.run { port, _ in
            let peer = try await LoopbackPeer.connect(
                port: port, opening: Ending.asked.request, certificate: isEncrypted ? fixture.certificate : nil)
            for await _ in subject.asked { break }
            await peer.setReading(false)
            subject.gate.yield()
            for await _ in subject.answered { break }
            while subject.server.statistics.connections > 0 { await Task.yield() }
            await peer.setReading(true)
            #expect(try await peer.readToEnd().utf8.count < Self.total)
        }
    }

    /// All of it takes longer than the limit, which none of its parts reaches.
    @Test(arguments: [(false, false), (true, false), (true, true)])
    func steadyReaderIsNotStalled(isStreamed: Bool, isHalfClosed: Bool) async throws {
        var configuration = HTTPServerConfiguration(port: 0)
        configuration.idleTimeout = .seconds(3)
        configuration.halfClosedTimeout = .seconds(3)
        let subject = Subject(configuration, isStreamed: isStreamed)
        try await subject.run { port, _ in
            let peer = try await LoopbackPeer.connect(port: port, opening: Ending.asked.request)
            if isHalfClosed { await peer.endOutput() }
            await peer.readSlowly(pausingMilliseconds: 25)
            subject.gate.yield()
            _ = try await peer.read(through: "\r\n\r\n")
            for _ in 0..<Self.total >> 20 { _ = try await peer.read(count: 1 << 20) }
            #expect(try await peer.readToEnd() == "")
        }
    }

    @Test func webSocketIsReadToItsEnd() async throws {
        var configuration = WebSocketConfiguration()
        configuration.closeTimeout = .milliseconds(500)
        configuration.sendHighWater = 64 << 20
        let settings = configuration
        let (ends, end) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        try await withLoopbackServer(handler: { _, responder in
            try await responder.webSocket(settings) { socket in
                for try await _ in socket.messages { break }
                try await socket.send(binary: [UInt8](repeating: 7, count: Self.total))
                end.yield()
            }
        }) { port in
            let peer = try await WebSocketServerTests.open(port)
            await peer.setReading(false)
            await peer.send(WebSocketFrame.text("go").bytes)
            for await _ in ends { break }
            await peer.pauseReading(forMilliseconds: Self.pause)
            #expect(try await peer.frame().payload.count == Self.total)
            #expect(try await peer.frame().closeCode == 1000)
            await peer.send(WebSocketFrame.close(1000).bytes)
            #expect(try await peer.readToEnd() == "")
        }
    }
}
