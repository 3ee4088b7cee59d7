import Testing
import Transport
import VoiceTesting

/// Peers that flood or dribble are told so and closed.
@Suite struct WebSocketLimitsTests {
    /// Runs an echo with limits, and returns the close frame that a peer gets for what it does.
    private func refusal(
        _ change: (inout WebSocketConfiguration) -> Void,
        after misuse: @escaping @Sendable (LoopbackPeer) async throws -> Void
    ) async throws -> (code: UInt16?, reason: String) {
        var configuration = WebSocketConfiguration()
        change(&configuration)
        return try await withLoopbackServer(handler: WebSocketServerTests.echo(configuration)) { port in
            let peer = try await WebSocketServerTests.open(port)
            try await misuse(peer)
            while true {
                let frame = try await peer.frame()
                guard frame.opcode == 8 else { continue }
                #expect(try await peer.readToEnd() == "")
                return (frame.closeCode, String(decoding: frame.payload.dropFirst(2), as: UTF8.self))
            }
        }
    }

    @Test func floodOfPingsIsClosed() async throws {
        let refusal = try await refusal({ $0.controlFramesPerSecond = 20 }) { peer in
            await peer.send((0..<100).flatMap { _ in WebSocketFrame.ping([1]).bytes })
        }
        #expect(refusal.code == 1008)
        #expect(refusal.reason == "too many control frames")
    }

    @Test func pingsWithinTheLimitAreAnswered() async throws {
        var configuration = WebSocketConfiguration()
        configuration.controlFramesPerSecond = 20
        try await withLoopbackServer(handler: WebSocketServerTests.echo(configuration)) { port in
            let peer = try await WebSocketServerTests.open(port)
            await peer.send((0..<20).flatMap { WebSocketFrame.ping([UInt8($0)]).bytes })
            for number in 0..<20 { #expect(try await peer.frame().payload == [UInt8(number)]) }
            await peer.close()
        }
    }

    @Test func floodOfEmptyFragmentsIsClosed() async throws {
        let refusal = try await refusal({ $0.maxFragments = 100 }) { peer in
            let fragments = (0..<200).flatMap { _ in WebSocketFrame.more([], final: false).bytes }
            await peer.send(WebSocketFrame.text("", final: false).bytes + fragments)
        }
        #expect(refusal.code == 1008)
        #expect(refusal.reason == "the message has too many fragments")
    }

    @Test func messageThatTakesTooLongIsClosed() async throws {
        let refusal = try await refusal({ $0.messageTimeout = .milliseconds(300) }) { peer in
            // Progress does not help, nor do pings in between.
            let frame = WebSocketFrame.binary([UInt8](repeating: 0, count: 100)).bytes
            await peer.send(WebSocketFrame.text("whole").bytes + frame.prefix(20))
        }
        #expect(refusal.code == 1008)
        #expect(refusal.reason == "the message took too long")
    }

    @Test func messageOf64MegabytesIsRefusedAtItsHeader() async throws {
        let refusal = try await refusal({ $0.maxMessageBytes = 4096 }) { peer in
            await peer.send(WebSocketFrame(opcode: 1, payload: [97], announced: 64 << 20).bytes)
        }
        #expect(refusal.code == 1009)
        #expect(refusal.reason == "the message is larger than 4096 bytes")
    }

    @Test func peerThatSendsButDoesNotReadIsCutOff() async throws {
        var configuration = WebSocketConfiguration()
        configuration.stallTimeout = .milliseconds(500)
        configuration.pingInterval = .milliseconds(400)
        // Enough that the kernel does not take it all, and too little to hold the peer back.
        configuration.sendHighWater = 64 << 20
        let settings = configuration
        let (ends, end) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(1))
        try await withLoopbackServer(handler: { _, responder in
            try await responder.webSocket(settings) { socket in
                try await socket.send(binary: [UInt8](repeating: 0, count: 32 << 20))
                do {
                    for try await _ in socket.messages {}
                    end.yield("end")
                } catch {
                    end.yield(error as? TransportError == .timedOut ? "timed out" : "\(error)")
                }
            }
        }) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.setReading(false)
            await peer.send(WebSocketServerTests.opening)
            await peer.send(WebSocketFrame.text("a").bytes, everyMilliseconds: 50)
            var outcomes = ends.makeAsyncIterator()
            #expect(await outcomes.next() == "timed out")
            await peer.close()
        }
    }
}
