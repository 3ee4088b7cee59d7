import Testing
import Transport
import VoicePipeline
import VoiceTesting

/// Whether a peer has received what was sent to it.
@Suite struct WebSocketPingTests {
    /// Sends a message and a ping, and tells what `answered` said.
    private static func handler(_ outcome: Outcome) -> HTTPServer.Handler {
        { _, responder in
            try await responder.webSocket { socket in
                try await withThrowingDiscardingTaskGroup { group in
                    try await socket.send(text: "one")
                    let ping = try await socket.ping()
                    try await socket.send(text: "two")
                    group.addTask { outcome.set((try? await socket.answered(ping: ping)) ?? false) }
                    for try await _ in socket.messages {}
                }
            }
        }
    }

    /// Reads what the handler sends.
    /// - Returns: the ping's payload.
    private static func begin(_ peer: LoopbackPeer) async throws -> [UInt8] {
        let frames = [try await peer.frame(), try await peer.frame(), try await peer.frame()]
        #expect(frames.map(\.opcode) == [1, 9, 1])
        return frames[1].payload
    }

    @Test func anAnsweredPingHasArrived() async throws {
        let outcome = Outcome()
        try await withLoopbackServer(handler: Self.handler(outcome)) { port in
            let peer = try await WebSocketServerTests.open(port)
            let payload = try await Self.begin(peer)
            // Neither a stranger's pong nor any other frame is the answer.
            for other in [[], [1], [UInt8](repeating: 0xFF, count: 8), [0] + payload] {
                await peer.send(WebSocketFrame(opcode: 10, payload: other).bytes)
            }
            await peer.send(WebSocketFrame.text("hello").bytes + WebSocketFrame.ping(payload).bytes)
            let pong = try await peer.frame()
            #expect(pong.opcode == 10)
            await peer.send(WebSocketFrame(opcode: 10, payload: payload).bytes)
            #expect(await outcome.isAnswered)
            await peer.close()
        }
    }

    @Test(arguments: [false, true])
    func aPeerThatLeavesHasNotAnswered(inGoodOrder: Bool) async throws {
        let outcome = Outcome()
        try await withLoopbackServer(handler: Self.handler(outcome)) { port in
            let peer = try await WebSocketServerTests.open(port)
            _ = try await Self.begin(peer)
            await peer.send(WebSocketFrame(opcode: 10, payload: []).bytes)
            if inGoodOrder { await peer.send(WebSocketFrame(opcode: 8, payload: [0x03, 0xE8]).bytes) }
            await peer.close()
            #expect(await outcome.isAnswered == false)
        }
    }

    @Test func payloadsAreTheNumbersInTurn() {
        var pings = WebSocketPings()
        let first = pings.next()
        let second = pings.next()
        #expect((first.number, second.number) == (1, 2))
        #expect(second.payload == [0, 0, 0, 0, 0, 0, 0, 2])
        func take(_ payload: [UInt8], isPong: Bool = true) {
            pings.beginFrame(isPong: isPong)
            // In pieces, as they may come.
            for byte in payload { withUnsafeBytes(of: byte) { pings.add($0) } }
            pings.endFrame()
        }
        take(second.payload, isPong: false)
        take([0, 0, 0, 0, 0, 0, 0, 3])
        take([0] + second.payload)
        #expect(pings.answered == 0)
        take(second.payload)
        #expect(pings.answered == 2)
        take(first.payload)
        #expect(pings.answered == 2)
    }
}

/// What the handler was told; a channel takes nothing from the task of a connection that is lost.
private final class Outcome: Sendable {
    private let known = Latch()
    private let value = Guarded(false)

    func set(_ isAnswered: Bool) {
        value.withLock { $0 = isAnswered }
        known.set()
    }

    var isAnswered: Bool {
        get async {
            await known.wait()
            return value.withLock { $0 }
        }
    }
}
