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

extension String {
    fileprivate func replacing(_ part: String, with other: String) -> String {
        guard let range = firstRange(of: part) else { return self }
        return String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
    }
}
