import Glibc
import Testing
import Transport
import VoiceTesting

/// The client against the project's own server, and against scripted bytes.
@Suite struct WebSocketClientTests {
    @Test func messagesGoBothWays() async throws {
        let client = try WebSocketClient()
        try await withLoopbackServer(handler: WebSocketServerTests.echo()) { port in
            let large = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            let got = try await client.connect(url: "ws://127.0.0.1:\(port)/x?y=z", headers: ["X-A": "b"]) { socket in
                try await socket.send(text: "grüße")
                try await socket.send(binary: large)
                try await socket.send(binary: [])
                var got: [WebSocketMessage] = []
                for try await message in socket.messages {
                    got.append(message)
                    if got.count == 3 { break }
                }
                return got
            }
            #expect(got == [.text(Array("grüße".utf8)), .binary(large), .binary([])])
        }
    }

    @Test func requestCarriesTargetAndHeaders() async throws {
        let client = try WebSocketClient()
        try await withLoopbackServer(handler: { request, responder in
            let text = "\(request.target) \(request.headers.first("x-a") ?? "-") \(request.isWebSocketUpgrade)"
            try await responder.webSocket { try await $0.send(text: text) }
        }) { port in
            try await client.connect(url: "ws://localhost:\(port)/a?b=c", headers: ["X-A": "d"]) { socket in
                for try await message in socket.messages {
                    #expect(message == .text(Array("/a?b=c d true".utf8)))
                }
                #expect(socket.closeCode == 1000)
            }
        }
    }

    @Test func thousandMessagesComeInOrder() async throws {
        let client = try WebSocketClient()
        try await withLoopbackServer(handler: { _, responder in
            try await responder.webSocket { socket in
                for index in 0..<1000 { try await socket.send(text: "\(index)") }
            }
        }) { port in
            try await client.connect(url: "ws://127.0.0.1:\(port)") { socket in
                var next = 0
                for try await message in socket.messages {
                    #expect(message == .text(Array("\(next)".utf8)))
                    next += 1
                }
                #expect(next == 1000)
            }
        }
    }

    @Test func closeOfTheClientReachesTheServer() async throws {
        let client = try WebSocketClient()
        let (codes, note) = AsyncStream.makeStream(of: UInt16.self, bufferingPolicy: .bufferingNewest(4))
        struct Accident: Error {}
        try await withLoopbackServer(handler: { _, responder in
            try await responder.webSocket { socket in
                for try await _ in socket.messages {}
                note.yield(socket.closeCode ?? 0)
            }
        }) { port in
            var seen = codes.makeAsyncIterator()
            try await client.connect(url: "ws://127.0.0.1:\(port)") { _ in }
            #expect(await seen.next() == 1000)
            try await client.connect(url: "ws://127.0.0.1:\(port)") { await $0.close(code: 4123, reason: "x") }
            #expect(await seen.next() == 4123)
            await #expect(throws: Accident.self) {
                try await client.connect(url: "ws://127.0.0.1:\(port)") { _ in throw Accident() }
            }
            #expect(await seen.next() == 1011)
        }
    }

    @Test func cancelledClientLeavesAtOnce() async throws {
        let client = try WebSocketClient()
        let (codes, note) = AsyncStream.makeStream(of: UInt16.self, bufferingPolicy: .bufferingNewest(4))
        try await withLoopbackServer(handler: { _, responder in
            try await responder.webSocket { socket in
                try await socket.send(text: "go")
                for try await _ in socket.messages {}
                note.yield(socket.closeCode ?? 0)
            }
        }) { port in
            try await withThrowingTaskGroup(of: Void.self) { group in
                let (starts, start) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
                group.addTask {
                    await #expect(throws: CancellationError.self) {
                        try await client.connect(url: "ws://127.0.0.1:\(port)") { socket in
                            for try await _ in socket.messages { start.yield() }
                        }
                    }
                }
                for await _ in starts { break }
                group.cancelAll()
                try await group.waitForAll()
            }
            var seen = codes.makeAsyncIterator()
            #expect(await seen.next() == 1001)
        }
    }

    static let wrongAnswers: [(String, TransportError)] = [
        ("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", .handshakeRefused(status: 404)),
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", .handshakeRefused(status: 200)),
        ("HTTP/1.1 101 S\r\nConnection: Upgrade\r\n\r\n", .handshakeInvalid("it does not switch to WebSocket")),
        (
            "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n",
            .handshakeInvalid("its Sec-WebSocket-Accept does not match")
        ),
        ("nonsense nonsense\r\n\r\n", .handshakeInvalid("it is not HTTP")),
        (String(repeating: "HTTP/1.1 101 S\r\n", count: 10_000), .handshakeInvalid("its header is too long")),
    ]

    @Test(arguments: wrongAnswers)
    func wrongAnswerIsRefused(answer: String, error: TransportError) async throws {
        let client = try WebSocketClient()
        let script = try LoopbackScript(answer: answer, ending: .hang)
        let port = try await script.listen()
        await #expect(throws: error) { try await client.connect(url: "ws://127.0.0.1:\(port)/") { _ in } }
        try await script.untilClosed(1)
        await script.stop()
    }

    @Test func answerThatBreaksOffIsRefused() async throws {
        let client = try WebSocketClient()
        let script = try LoopbackScript(answer: "HTTP/1.1 101", ending: .end)
        let port = try await script.listen()
        await #expect(throws: TransportError.handshakeInvalid("it broke off")) {
            try await client.connect(url: "ws://127.0.0.1:\(port)/") { _ in }
        }
        await script.stop()
    }

    @Test func silentServerTimesOut() async throws {
        let client = try WebSocketClient(connectTimeout: .milliseconds(500))
        let script = try LoopbackScript(answer: "", ending: .hang)
        let port = try await script.listen()
        await #expect(throws: TransportError.timedOut) {
            try await client.connect(url: "ws://127.0.0.1:\(port)/") { _ in }
        }
        try await script.untilClosed(1)
        await script.stop()
    }

    /// On a busy machine the time may be up before the attempt has begun.
    @Test func timeThatIsUpAtOnceIsNoTrouble() async throws {
        let loop = try EventLoop(name: "busy")
        let client = try WebSocketClient(loop: loop, connectTimeout: .milliseconds(1))
        try await withLoopbackServer(handler: WebSocketServerTests.echo()) { port in
            for _ in 0..<100 {
                loop.execute { usleep(2000) }
                do {
                    try await client.connect(url: "ws://127.0.0.1:\(port)/") { _ in loop.execute { usleep(2000) } }
                } catch TransportError.unreachable, TransportError.timedOut {
                    continue
                }
            }
        }
    }

    @Test func refusedConnectionIsSaid() async throws {
        let client = try WebSocketClient()
        let port = try await withLoopbackServer(handler: WebSocketServerTests.echo()) { $0 }
        do {
            try await client.connect(url: "ws://127.0.0.1:\(port)/") { _ in }
            Issue.record("nobody listens, yet it opened")
        } catch TransportError.unreachable(let host, let refused, _) {
            #expect(host == "127.0.0.1")
            #expect(refused == port)
        }
    }

    @Test func impossibleHeaderIsRefused() async throws {
        let client = try WebSocketClient()
        try await withLoopbackServer(handler: WebSocketServerTests.echo()) { port in
            await #expect(throws: TransportError.invalidHeader(name: "A")) {
                try await client.connect(url: "ws://127.0.0.1:\(port)/", headers: ["A": "b\r\nC: d"]) { _ in }
            }
        }
    }

    @Test func overlongMessageClosesTheClient() async throws {
        var configuration = WebSocketConfiguration()
        configuration.maxMessageBytes = 1000
        let client = try WebSocketClient(configuration: configuration)
        try await withLoopbackServer(handler: { _, responder in
            try await responder.webSocket { socket in
                try await socket.send(binary: [UInt8](repeating: 0, count: 1001))
                for try await _ in socket.messages {}
            }
        }) { port in
            await #expect(throws: TransportError.protocolViolation(code: 1009)) {
                try await client.connect(url: "ws://127.0.0.1:\(port)/") { socket in
                    for try await _ in socket.messages {}
                }
            }
        }
    }
}
