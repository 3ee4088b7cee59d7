import Synchronization
import Testing
import Transport
import VoiceTesting

/// WebSockets over real sockets, seen by a peer that builds its frames by hand.
@Suite struct WebSocketServerTests {
    static let key = "dGhlIHNhbXBsZSBub25jZQ=="
    static let opening =
        "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: \(key)\r\n\r\n"

    static func echo(_ configuration: WebSocketConfiguration? = nil) -> HTTPServer.Handler {
        { _, responder in
            try await responder.webSocket(configuration) { socket in
                for try await message in socket.messages {
                    switch message {
                    case .text(let bytes): try await socket.send(text: bytes)
                    case .binary(let bytes): try await socket.send(binary: bytes)
                    }
                }
            }
        }
    }

    /// Connects and opens a WebSocket.
    static func open(_ port: Int, then frames: [UInt8] = []) async throws -> LoopbackPeer {
        let peer = try await LoopbackPeer.connect(port: port)
        await peer.send(Array(opening.utf8) + frames)
        let head = try await peer.read(through: "\r\n\r\n")
        #expect(head.hasPrefix("HTTP/1.1 101 "))
        // The example of RFC 6455, 1.3.
        #expect(head.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"))
        return peer
    }

    @Test func framesBehindTheHandshakeAreNotLost() async throws {
        try await withLoopbackServer(handler: Self.echo()) { port in
            let peer = try await Self.open(
                port, then: WebSocketFrame.text("early").bytes + WebSocketFrame.ping([7]).bytes)
            let first = try await peer.frame()
            let second = try await peer.frame()
            #expect(Set([first.opcode, second.opcode]) == [1, 10])
            await peer.close()
        }
    }

    @Test func everySizeIsEchoed() async throws {
        try await withLoopbackServer(handler: Self.echo()) { port in
            let peer = try await Self.open(port)
            for size in [0, 1, 125, 126, 127, 1000, 65_535, 65_536, 500_000, 1 << 20] {
                let payload = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 13) }
                await peer.send(WebSocketFrame.binary(payload).bytes)
                let frame = try await peer.frame()
                #expect(frame.payload == payload)
                #expect(frame.opcode == 2)
            }
            await peer.close()
        }
    }

    @Test func framesArriveByteByByte() async throws {
        try await withLoopbackServer(handler: Self.echo()) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.trickle(
                Array(Self.opening.utf8) + WebSocketFrame.text("héé", final: false).bytes
                    + WebSocketFrame.ping([1]).bytes + WebSocketFrame.more(Array("llo".utf8), final: true).bytes)
            _ = try await peer.read(through: "\r\n\r\n")
            #expect(try await peer.frame().payload == [1])
            #expect(try await peer.frame().payload == Array("hééllo".utf8))
            await peer.close()
        }
    }

    @Test func burstIsEchoedInOrder() async throws {
        try await withLoopbackServer(handler: Self.echo()) { port in
            let peer = try await Self.open(port)
            await peer.send((0..<5000).flatMap { WebSocketFrame.text("\($0)").bytes })
            for index in 0..<5000 {
                #expect(try await peer.frame().payload == Array("\(index)".utf8))
            }
            await peer.close()
        }
    }

    static let wrongFrames: [(WebSocketFrame, UInt16)] = [
        (WebSocketFrame.text("x", final: true).with { $0.mask = nil }, UInt16(1002)),
        (WebSocketFrame(opcode: 3), 1002), (WebSocketFrame(opcode: 1, reserved: 4), 1002),
        (WebSocketFrame.more([1], final: true), 1002), (WebSocketFrame(opcode: 1, payload: [0xFF]), 1007),
        (WebSocketFrame(opcode: 2, payload: [0], announced: 16 << 20), 1009), (WebSocketFrame.close(1005), 1002),
        (WebSocketFrame.close(1000), 1000), (WebSocketFrame.close(4321), 4321),
    ]

    @Test(arguments: wrongFrames)
    func wrongFrameIsAnsweredWithItsCode(frame: WebSocketFrame, code: UInt16) async throws {
        try await withLoopbackServer(handler: Self.echo()) { port in
            let peer = try await Self.open(port)
            await peer.send(WebSocketFrame.text("before").bytes + frame.bytes)
            var answer = try await peer.frame()
            if answer.opcode == 1 { answer = try await peer.frame() }
            #expect(answer.closeCode == code)
            #expect(try await peer.readToEnd() == "")
        }
    }

    @Test func closeCodesReachTheHandler() async throws {
        for (frames, code, ending) in [
            (WebSocketFrame.close(4000, Array("bye".utf8)).bytes, UInt16(4000), "end"),
            (WebSocketFrame.close(nil).bytes, 1005, "end"),
            (WebSocketFrame(opcode: 7).bytes, 1002, "protocolViolation(code: 1002)"),
        ] {
            let (events, note) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(10))
            try await withLoopbackServer(handler: { _, responder in
                try await responder.webSocket { socket in
                    #expect(socket.closeCode == nil)
                    do {
                        for try await message in socket.messages { note.yield("\(message.bytes.count)") }
                        note.yield("end")
                    } catch let error as TransportError {
                        note.yield(
                            "\(error == .protocolViolation(code: 1002) ? "protocolViolation(code: 1002)" : "\(error)")")
                    }
                    note.yield("\(socket.closeCode ?? 0)")
                    await #expect(throws: TransportError.self) { try await socket.send(text: "late") }
                }
            }) { port in
                let peer = try await Self.open(port)
                await peer.send(WebSocketFrame.binary([1, 2]).bytes + frames)
                var notes = events.makeAsyncIterator()
                #expect(await notes.next() == "2")
                #expect(await notes.next() == ending)
                #expect(await notes.next() == "\(code)")
            }
        }
    }

    @Test func serverClosesWhenTheHandlerReturnsThrowsOrCloses() async throws {
        struct Accident: Error {}
        for (path, code) in [("return", UInt16(1000)), ("throw", 1011), ("close", 4002)] {
            try await withLoopbackServer(handler: { _, responder in
                try await responder.webSocket { socket in
                    try await socket.send(text: "hello")
                    if path == "throw" { throw Accident() }
                    if path == "close" { await socket.close(code: 4002, reason: "enough") }
                }
            }) { port in
                let peer = try await Self.open(port)
                #expect(try await peer.frame().payload == Array("hello".utf8))
                #expect(try await peer.frame().closeCode == code)
                await peer.send(WebSocketFrame.close(code).bytes)
                #expect(try await peer.readToEnd() == "")
            }
        }
    }

    @Test func peerThatDoesNotAnswerACloseIsLeft() async throws {
        var configuration = WebSocketConfiguration()
        configuration.closeTimeout = .milliseconds(50)
        let settings = configuration
        try await withLoopbackServer(handler: { _, responder in try await responder.webSocket(settings) { _ in } }) {
            port in
            let peer = try await Self.open(port)
            #expect(try await peer.frame().closeCode == 1000)
            #expect(try await peer.readToEnd() == "")
        }
    }

    static let improperHandshakes: [(String, Int)] = [
        (opening.replacing("Upgrade: WebSocket\r\n", with: ""), 426),
        (opening.replacing("keep-alive, Upgrade", with: "keep-alive"), 426),
        (opening.replacing("Version: 13", with: "Version: 8"), 426), (opening.replacing("GET", with: "POST"), 400),
        (opening.replacing("HTTP/1.1", with: "HTTP/1.0"), 400), (opening.replacing(key, with: "short"), 400),
        (opening.replacing(key, with: "dGhlIHNhbXBsZSBub25j!Q=="), 400),
        (opening.replacing("Host: h\r\n", with: "Host: h\r\nSec-WebSocket-Key: \(key)\r\n"), 400),
        (opening.replacing("Host: h\r\n", with: "Host: h\r\nContent-Length: 1\r\n") + "x", 400),
    ]

    @Test(arguments: improperHandshakes)
    func improperHandshakeIsRefused(request: String, status: Int) async throws {
        try await withLoopbackServer(handler: Self.echo()) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send(request)
            let response = try await peer.response()
            #expect(response.status == status)
            if status == 426 { #expect(response.headers.first("sec-websocket-version") == "13") }
        }
    }

    // MARK: Holding back

    @Test func senderIsHeldBackByAPeerThatDoesNotRead() async throws {
        let sent = Mutex(0)
        let (stalls, stall) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let total = 64 << 20
        try await withLoopbackServer(handler: { _, responder in
            try await responder.webSocket { socket in
                let piece = [UInt8](repeating: 7, count: 65_536)
                for _ in 0..<total / piece.count {
                    try await socket.send(binary: piece)
                    sent.withLock { $0 += piece.count }
                    stall.yield()
                }
            }
        }) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.setReading(false)
            await peer.send(Self.opening)
            for await _ in stalls { break }
            // Until nothing moves any more for a good number of turns.
            var (last, still) = (0, 0)
            while still < 2000 {
                await Task.yield()
                let now = sent.withLock { $0 }
                (last, still) = (now, now == last ? still + 1 : 0)
            }
            #expect(last < total / 2)
            await peer.setReading(true)
            _ = try await peer.read(through: "\r\n\r\n")
            var got = 0
            while got < total { got += try await peer.frame().payload.count }
            #expect(got == total)
            await peer.close()
        }
    }

    @Test func peerIsHeldBackByAHandlerThatDoesNotRead() async throws {
        let (gates, open) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let total = 32 << 20
        let received = Count()
        let (ends, end) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        try await withLoopbackServer(handler: { _, responder in
            try await responder.webSocket { socket in
                for await _ in gates { break }
                for try await message in socket.messages { received.value.withLock { $0 += message.bytes.count } }
                end.yield()
            }
        }) { port in
            let peer = try await Self.open(port)
            let piece = WebSocketFrame.binary([UInt8](repeating: 7, count: 65_536)).bytes
            for _ in 0..<total / 65_536 { await peer.send(piece) }
            var (last, still) = (0, 0)
            while still < 2000 {
                await Task.yield()
                let now = await peer.unsent
                (last, still) = (now, now == last ? still + 1 : 0)
            }
            // Most of it stays with the peer.
            #expect(last > total / 2)
            open.yield()
            await peer.send(WebSocketFrame.close(1000).bytes)
            for await _ in ends { break }
            let got = received.value.withLock { $0 }
            #expect(got == total)
        }
    }

    @Test func floodOfPingsIsBounded() async throws {
        try await withLoopbackServer(handler: Self.echo()) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.setReading(false)
            await peer.send(Self.opening)
            let pings = (0..<1000).flatMap { _ in WebSocketFrame.ping([UInt8](repeating: 1, count: 125)).bytes }
            for _ in 0..<200 { await peer.send(pings) }
            var (last, still) = (0, 0)
            while still < 2000 {
                await Task.yield()
                let now = await peer.unsent
                (last, still) = (now, now == last ? still + 1 : 0)
            }
            // The server does not collect answers for a peer that does not read them.
            #expect(last > 4 << 20)
            await peer.setReading(true)
            _ = try await peer.read(through: "\r\n\r\n")
            let pong: [UInt8] = [0x8A, 125] + [UInt8](repeating: 1, count: 125)
            let pongs = [[UInt8]](repeating: pong, count: 1000).flatMap { $0 }
            for _ in 0..<200 { #expect(try await peer.read(count: pongs.count) == pongs) }
            await peer.close()
        }
    }

    // MARK: Vanishing

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
            let peer = try await Self.open(port, then: frames)
            var notes = events.makeAsyncIterator()
            #expect(await notes.next() == "message")
            await peer.close()
            #expect(await notes.next() == "lost")
            #expect(await notes.next() == "cancelled true 1006")
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
            await peer.send(Self.opening)
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
            let peer = try await Self.open(port)
            #expect(try await peer.frame().payload == Array("refused".utf8))
            await peer.send(WebSocketFrame.close(1000).bytes)
            #expect(try await peer.frame().closeCode == 1000)
        }
    }

    @Test func webSocketsAreToldWhenTheServerStops() async throws {
        let (ports, announce) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))
        let server = HTTPServer(
            configuration: .init(port: 0), log: .none, onListening: { announce.yield($0.port) }, handler: Self.echo())
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            var portsIterator = ports.makeAsyncIterator()
            let port = try #require(await portsIterator.next())
            let peer = try await Self.open(port)
            group.cancelAll()
            #expect(try await peer.frame().closeCode == 1001)
            await peer.send(WebSocketFrame.close(1001).bytes)
            #expect(try await peer.readToEnd() == "")
            try await group.waitForAll()
        }
    }

    @Test func hundredPeersAreServedAtOnce() async throws {
        try await withLoopbackServer(handler: Self.echo()) { port in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<100 {
                    group.addTask {
                        let peer = try await Self.open(port)
                        for round in 0..<20 {
                            await peer.send(WebSocketFrame.text("\(index) \(round)").bytes)
                            #expect(try await peer.frame().payload == Array("\(index) \(round)".utf8))
                        }
                        await peer.send(WebSocketFrame.close(1000).bytes)
                        #expect(try await peer.frame().closeCode == 1000)
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}

extension WebSocketFrame {
    func with(_ change: (inout WebSocketFrame) -> Void) -> WebSocketFrame {
        var frame = self
        change(&frame)
        return frame
    }
}

/// A number that closures share. (Swift 6.0 cannot compile a bare `Mutex` captured by a closure that suspends in a loop.)
private final class Count: Sendable {
    let value = Mutex(0)
}

extension String {
    fileprivate func replacing(_ part: String, with other: String) -> String {
        guard let range = firstRange(of: part) else { return self }
        return String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
    }
}

extension LoopbackPeer {
    /// Reads one frame of the server.
    func frame() async throws -> WebSocketFrame {
        let bytes = try await read { WebSocketFrame.parse($0)?.count }
        guard let (frame, _) = WebSocketFrame.parse(bytes[...]) else { throw Failure.ended("no frame") }
        return frame
    }
}
