import Testing
import Transport
import VoiceTesting

/// HTTP and WebSocket inside TLS: the owners of the sockets see no difference.
@Suite struct TLSServerTests {
    @Test func requestsAreAnsweredInside() async throws {
        let tls = try TLSFixture()
        try await tls.serve(handler: { request, responder in
            try await responder.respond(200, body: Array("\(request.path) \(request.isEncrypted)".utf8))
        }) { port in
            let peer = try await LoopbackPeer.connect(port: port, certificate: tls.certificate)
            for path in ["/a", "/b"] {
                await peer.send("GET \(path) HTTP/1.1\r\nHost: h\r\n\r\n")
                #expect(try await peer.response().text == "\(path) true")
            }
            // Its own end is told, and the server's comes back.
            await peer.endOutput()
            #expect(try await peer.readToEnd() == "")
        }
    }

    @Test func plainListenerIsNotEncrypted() async throws {
        try await withLoopbackServer(handler: { request, responder in
            try await responder.respond(200, body: Array("\(request.isEncrypted)".utf8))
        }) { port in
            let peer = try await LoopbackPeer.connect(port: port, opening: "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await peer.response().text == "false")
        }
    }

    @Test func messagesGoBothWays() async throws {
        let tls = try TLSFixture()
        try await tls.serve(handler: WebSocketServerTests.echo()) { port in
            let large = (0..<900_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            for host in ["127.0.0.1", "localhost"] {
                let got = try await tls.client().connect(url: "wss://\(host):\(port)/") { socket in
                    try await socket.send(text: "grüße")
                    try await socket.send(binary: large)
                    var got: [WebSocketMessage] = []
                    for try await message in socket.messages {
                        got.append(message)
                        if got.count == 2 { break }
                    }
                    return got
                }
                #expect(got == [.text(Array("grüße".utf8)), .binary(large)])
            }
        }
    }

    @Test func largeBodiesPassBothWays() async throws {
        let tls = try TLSFixture()
        let total = 24 << 20
        try await tls.serve(handler: { request, responder in
            var seen = 0
            for try await piece in request.body { seen += piece.count }
            let announced = seen
            try await responder.stream(200, headers: ["X-Seen": "\(announced)"]) { writer in
                for start in stride(from: 0, to: announced, by: 1 << 20) {
                    try await writer.write([UInt8](repeating: UInt8(truncatingIfNeeded: start >> 20), count: 1 << 20))
                }
            }
        }) { port in
            let peer = try await LoopbackPeer.connect(port: port, certificate: tls.certificate)
            await peer.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: \(total)\r\n\r\n")
            for _ in 0..<total >> 20 { await peer.send([UInt8](repeating: 5, count: 1 << 20)) }
            let response = try await peer.response()
            #expect(response.headers.first("x-seen") == "\(total)")
            #expect(response.body.count == total)
            let isOrdered = stride(from: 0, to: total, by: 1 << 20).allSatisfy { start in
                response.body[start] == UInt8(truncatingIfNeeded: start >> 20)
            }
            #expect(isOrdered)
        }
    }

    @Test func writerIsHeldBackByAReaderThatStops() async throws {
        let tls = try TLSFixture()
        let total = 32 << 20
        let written = Tally()
        let (starts, start) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        try await tls.serve(handler: { _, responder in
            try await responder.stream(200) { writer in
                let piece = [UInt8](repeating: 7, count: 65_536)
                for _ in 0..<total / piece.count {
                    try await writer.write(piece)
                    written.add(piece.count)
                    start.yield()
                }
            }
        }) { port in
            let peer = try await LoopbackPeer.connect(port: port, certificate: tls.certificate)
            await peer.setReading(false)
            await peer.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            for await _ in starts { break }
            #expect(await written.settled() < total * 3 / 4)
            await peer.setReading(true)
            for _ in 0..<total >> 20 { _ = try await peer.read(count: 1 << 20) }
        }
    }

    @Test func senderIsHeldBackByAHandlerThatDoesNotRead() async throws {
        let tls = try TLSFixture()
        let total = 32 << 20
        let (gates, open) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        try await tls.serve(handler: { request, responder in
            for await _ in gates { break }
            var seen = 0
            for try await piece in request.body { seen += piece.count }
            try await responder.respond(200, body: Array("\(seen)".utf8))
        }) { port in
            let peer = try await LoopbackPeer.connect(port: port, certificate: tls.certificate)
            await peer.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: \(total)\r\n\r\n")
            for _ in 0..<total >> 16 { await peer.send([UInt8](repeating: 5, count: 1 << 16)) }
            let last = await peer.settledUnsent()
            #expect(last > total / 2)
            open.yield()
            #expect(try await peer.response().text == "\(total)")
        }
    }

    @Test func halfClosedClientIsAnswered() async throws {
        let tls = try TLSFixture()
        try await tls.serve(handler: { _, responder in
            try await responder.respond(200, body: [UInt8](repeating: 1, count: 4 << 20))
        }) { port in
            let peer = try await LoopbackPeer.connect(
                port: port, opening: "GET / HTTP/1.1\r\nHost: h\r\n\r\n", certificate: tls.certificate)
            await peer.endOutput()
            #expect(try await peer.response().body.count == 4 << 20)
        }
    }

    @Test func twoHundredHandshakesAtOnce() async throws {
        let tls = try TLSFixture()
        let loop = try EventLoop(name: "clients")
        try await tls.serve(handler: WebSocketServerTests.echo()) { port in
            let client = try WebSocketClient(
                loop: loop, trust: .file(tls.certificate), connectTimeout: .seconds(60))
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 0..<200 {
                    group.addTask {
                        try await client.connect(url: "wss://127.0.0.1:\(port)/") { socket in
                            try await socket.send(text: "\(index)")
                            for try await message in socket.messages { return message == .text(Array("\(index)".utf8)) }
                            return false
                        }
                    }
                }
                var right = 0
                for try await isRight in group where isRight { right += 1 }
                #expect(right == 200)
            }
        }
    }
}
