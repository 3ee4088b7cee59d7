import Glibc
import Testing
import Transport
import VoicePipeline
import VoiceTesting

/// Peers that do not shake hands as they should, and the threads on which hands are shaken.
@Suite struct TLSHandshakeTests {
    private static let handler: HTTPServer.Handler = { _, responder in try await responder.respond(200) }

    @Test func handshakeIsWorkOfOtherThreads() async throws {
        let tls = try TLSFixture()
        let loop = try EventLoop(name: "busy")
        var configuration = HTTPServerConfiguration(port: 0)
        configuration.listeners = [HTTPListener(port: 0), HTTPListener(port: 0, identity: tls.identity)]
        configuration.headerTimeout = .seconds(60)
        let (addresses, announce) = AsyncStream.makeStream(of: Listening.self, bufferingPolicy: .bufferingNewest(1))
        let server = HTTPServer(
            configuration: configuration, log: .none, loop: loop, onListening: { announce.yield($0) },
            handler: Self.handler)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            var iterator = addresses.makeAsyncIterator()
            let listening = try #require(await iterator.next())
            let plain = try await LoopbackPeer.connect(port: try #require(listening.plainPort))
            let encrypted = try await LoopbackPeer.connect(port: try #require(listening.encryptedPort))
            let workers = BusyWorkers()
            defer { workers.release() }
            try await workers.occupy(loop)
            await encrypted.send(TLSFixture.hello())
            // No worker is free, so the handshake stands still; the loop does not.
            for _ in 0..<100 {
                await plain.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                #expect(try await plain.response().status == 200)
            }
            #expect(await encrypted.unread == 0)
            workers.release()
            #expect(try await encrypted.read(count: 5).first == 22)
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    @Test func plainHTTPGetsAReadableAnswer() async throws {
        try await TLSFixture().serve(handler: Self.handler) { port in
            let peer = try await LoopbackPeer.connect(port: port, opening: "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            let response = try await peer.response()
            #expect(response.status == 400)
            #expect(response.text.contains("https://"))
            #expect(try await peer.readToEnd() == "")
        }
    }

    @Test(arguments: [
        [UInt8](repeating: 0, count: 200), [0x16, 0x02, 0x00, 0x00, 0x10], Array("get / http".utf8),
        [0x16, 0x03, 0x01, 0xFF, 0xFF], [0x80, 0x2E, 0x01, 0x03, 0x01],
    ])
    func garbageIsNotAnswered(bytes: [UInt8]) async throws {
        try await TLSFixture().serve(handler: Self.handler) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send(bytes)
            #expect(try await peer.readToEnd() == "")
        }
    }

    @Test func brokenHelloGetsAnAlert() async throws {
        try await TLSFixture().serve(handler: Self.handler) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send([22, 3, 1, 0, 6, 1, 0, 0, 2, 1, 1])
            #expect(try await peer.read(count: 7).first == 21)
            #expect(try await peer.readToEnd() == "")
        }
    }

    @Test(arguments: [0x0300, 0x0301, 0x0302])
    func oldVersionsAreRefused(version: Int) async throws {
        try await TLSFixture().serve(handler: Self.handler) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send(TLSFixture.hello(version: UInt16(version)))
            // A fatal alert: protocol version.
            let alert = try await peer.read(count: 7)
            #expect(alert.first == 21)
            // Fatal; SSL 3.0 has no word for a wrong version yet.
            #expect(alert.suffix(2) == [2, version == 0x0300 ? 40 : 70])
        }
    }

    @Test func helloOfManyRecordsIsTaken() async throws {
        try await TLSFixture().serve(handler: Self.handler) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send(TLSFixture.hello(padding: 40_000))
            #expect(try await peer.read(count: 5).first == 22)
        }
    }

    @Test func endlessHelloIsCutOff() async throws {
        try await TLSFixture().serve(handler: Self.handler) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            // The message claims 16 MB; its records go on and on.
            await peer.send([22, 3, 1, 0x40, 0, 1, 0xFF, 0xFF, 0xFF] + [UInt8](repeating: 0, count: 0x4000 - 4))
            for _ in 0..<64 { await peer.send([22, 3, 1, 0x40, 0] + [UInt8](repeating: 0, count: 0x4000)) }
            _ = try await peer.readToEnd()
            #expect(await peer.isEnded)
        }
    }

    @Test func slowHandshakeEndsAtTheDeadline() async throws {
        var configuration = HTTPServerConfiguration(port: 0)
        configuration.headerTimeout = .milliseconds(200)
        try await TLSFixture().serve(configuration, handler: Self.handler) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            let hello = TLSFixture.hello()
            await peer.trickle(Array(hello.prefix(hello.count - 1)))
            #expect(try await peer.readToEnd() == "")
        }
    }

    @Test func helloByteByByteIsAnswered() async throws {
        try await TLSFixture().serve(handler: Self.handler) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.trickle(TLSFixture.hello())
            #expect(try await peer.read(count: 5).first == 22)
        }
    }

    @Test func clientThatVanishesLeavesNothing() async throws {
        try await TLSFixture().serve(handler: Self.handler) { port in
            for _ in 0..<20 {
                let peer = try await LoopbackPeer.connect(port: port)
                await peer.send(TLSFixture.hello())
                await peer.close()
            }
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send(TLSFixture.hello())
            #expect(try await peer.read(count: 5).first == 22)
        }
    }
}

/// Holds all of libuv's worker threads until it is told to let go.
private final class BusyWorkers: @unchecked Sendable {
    private let gate = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
    /// As many as libuv starts unless told otherwise.
    private static let count = 4

    init() { sem_init(gate, 0, 0) }

    func occupy(_ loop: EventLoop) async throws {
        let (begun, begin) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(8))
        for _ in 0..<Self.count {
            loop.execute { [self] in
                _ = loop.offload(
                    {
                        begin.yield()
                        // Until its turn comes, whatever signal interrupts it.
                        while sem_wait(self.gate) != 0 {}
                    }, completion: {})
            }
        }
        var iterator = begun.makeAsyncIterator()
        for _ in 0..<Self.count { await iterator.next() }
    }

    func release() {
        for _ in 0..<Self.count { sem_post(gate) }
    }

    deinit {
        sem_destroy(gate)
        gate.deallocate()
    }
}
