import Testing
import Transport
import VoicePipeline
import VoiceTesting

/// A peer or a handler that does not read holds the other one back, and nothing grows meanwhile.
@Suite struct WebSocketPressureTests {
    @Test func senderIsHeldBackByAPeerThatDoesNotRead() async throws {
        let sent = Guarded(0)
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
            await peer.send(WebSocketServerTests.opening)
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
            let peer = try await WebSocketServerTests.open(port)
            let piece = WebSocketFrame.binary([UInt8](repeating: 7, count: 65_536)).bytes
            for _ in 0..<total / 65_536 { await peer.send(piece) }
            let last = await peer.settledUnsent()
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
        var configuration = WebSocketConfiguration()
        configuration.controlFramesPerSecond = .max
        try await withLoopbackServer(handler: WebSocketServerTests.echo(configuration)) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.setReading(false)
            await peer.send(WebSocketServerTests.opening)
            let pings = (0..<1000).flatMap { _ in WebSocketFrame.ping([UInt8](repeating: 1, count: 125)).bytes }
            for _ in 0..<200 { await peer.send(pings) }
            let last = await peer.settledUnsent()
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
}

/// A number that closures share. (Swift 6.0 cannot compile a bare lock captured by a closure that suspends in a loop.)
private final class Count: Sendable {
    let value = Guarded(0)
}
