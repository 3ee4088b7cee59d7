import Synchronization
import Testing
import Transport
import VoicePipeline
import VoiceTesting

/// The client against the project's own server, and against scripted bytes where a server would not do it.
@Suite struct CurlHTTPClientTests {
    private static func makeClient(_ change: (inout CurlHTTPClientConfiguration) -> Void = { _ in }) throws
        -> CurlHTTPClient
    {
        var configuration = CurlHTTPClientConfiguration()
        configuration.usesProxyOfEnvironment = false
        change(&configuration)
        return try CurlHTTPClient(configuration)
    }

    private struct Answer: Sendable {
        var status = 0
        var headers: [(name: String, value: String)] = []
        var body: [UInt8] = []
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    private static func send(_ client: CurlHTTPClient, _ request: HTTPClientRequest) async throws -> Answer {
        let answer = Mutex(Answer())
        try await client.send(request) { event in
            answer.withLock { answer in
                switch event {
                case .head(let status, let headers):
                    answer.status = status
                    answer.headers = headers
                case .body(let bytes):
                    answer.body += bytes
                }
            }
        }
        return answer.withLock { $0 }
    }

    @discardableResult
    private static func withScript<Value: Sendable>(
        _ answer: String, _ ending: LoopbackScript.Ending, _ body: (String, LoopbackScript) async throws -> Value
    ) async throws -> Value {
        let script = try LoopbackScript(answer: answer, ending: ending)
        let port = try await script.listen()
        do {
            let value = try await body("http://127.0.0.1:\(port)/", script)
            await script.stop()
            return value
        } catch {
            await script.stop()
            throw error
        }
    }

    private static let mirror: HTTPServer.Handler = { request, responder in
        let body = try await request.body.collect(upTo: 1 << 24)
        let names = request.headers.map(\.name).joined(separator: ",")
        try await responder.respond(
            203, headers: ["X-Method": request.method, "X-Names": names, "X-A": request.headers.first("x-a") ?? "-"],
            body: request.path == "/count" ? Array("\(body.count)".utf8) : body)
    }

    @Test(arguments: ["GET", "POST", "PUT", "DELETE", "PATCH"])
    func methodHeadersAndBodyArrive(method: String) async throws {
        let client = try Self.makeClient()
        try await withLoopbackServer(handler: Self.mirror) { port in
            let body = method == "GET" ? [] : Array("{\"a\":1}".utf8)
            let answer = try await Self.send(
                client,
                HTTPClientRequest(
                    method: method, url: "http://127.0.0.1:\(port)/x", headers: [(name: "X-A", value: "b c")],
                    body: body))
            #expect(answer.status == 203)
            #expect(answer.body == body)
            #expect(answer.headers.first { $0.name == "x-method" }?.value == method)
            #expect(answer.headers.first { $0.name == "x-a" }?.value == "b c")
            #expect(answer.headers.first { $0.name == "x-names" }?.value.contains("Expect") == false)
        }
    }

    @Test func headHasNoBody() async throws {
        let client = try Self.makeClient()
        try await withLoopbackServer(handler: { _, responder in
            try await responder.respond(200, body: Array("abc".utf8))
        }) { port in
            let answer = try await Self.send(
                client, HTTPClientRequest(method: "HEAD", url: "http://127.0.0.1:\(port)/"))
            #expect(answer.status == 200)
            #expect(answer.body.isEmpty)
        }
    }

    @Test func largeBodiesGoBothWays() async throws {
        let client = try Self.makeClient()
        let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try await withLoopbackServer(handler: Self.mirror) { port in
            let answer = try await Self.send(
                client, HTTPClientRequest(method: "POST", url: "http://127.0.0.1:\(port)/", body: body))
            #expect(answer.body == body)
        }
    }

    @Test func connectionIsUsedAgain() async throws {
        let client = try Self.makeClient()
        try await Self.withScript("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", .hang) { url, script in
            for _ in 0..<5 {
                let answer = try await Self.send(client, HTTPClientRequest(url: url))
                #expect(answer.text == "ok")
            }
            #expect(await script.accepted == 1)
        }
    }

    @Test func manyRequestsRunAtOnce() async throws {
        let client = try Self.makeClient()
        try await withLoopbackServer(handler: Self.mirror) { port in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<50 {
                    group.addTask {
                        let body = Array("\(index)".utf8)
                        let answer = try await Self.send(
                            client, HTTPClientRequest(method: "POST", url: "http://127.0.0.1:\(port)/", body: body))
                        #expect(answer.body == body)
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func eventsArriveAsTheyAreSent() async throws {
        let client = try Self.makeClient()
        let (heard, hear) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(10))
        try await withLoopbackServer(handler: { _, responder in
            try await responder.stream(200, headers: ["Content-Type": "text/event-stream"]) { writer in
                var turns = heard.makeAsyncIterator()
                for token in ["one", "two", "three"] {
                    try await writer.write("data: \(token)\n\n")
                    // The next is sent only when the client has this one.
                    #expect(await turns.next() == "data: \(token)\n\n")
                }
            }
        }) { port in
            try await client.send(HTTPClientRequest(url: "http://127.0.0.1:\(port)/")) { event in
                if case .body(let bytes) = event { hear.yield(String(decoding: bytes, as: UTF8.self)) }
            }
        }
    }

    @Test func slowCallerHoldsTheServerBack() async throws {
        let client = try Self.makeClient { $0.receiveBuffer = 10_000 }
        let total = 64 << 20
        let written = Mutex(0)
        try await withLoopbackServer(handler: { _, responder in
            try await responder.stream(200) { writer in
                let piece = [UInt8](repeating: 1, count: 65_536)
                for _ in 0..<total / piece.count {
                    try await writer.write(piece)
                    written.withLock { $0 += piece.count }
                }
            }
        }) { port in
            let received = Mutex(0)
            let furthest = Mutex(0)
            try await client.send(HTTPClientRequest(url: "http://127.0.0.1:\(port)/")) { event in
                guard case .body(let bytes) = event else { return }
                let sofar = received.withLock { received in
                    received += bytes.count
                    return received
                }
                let ahead = written.withLock { $0 } - sofar
                furthest.withLock { $0 = max($0, ahead) }
            }
            let whole = received.withLock { $0 }
            #expect(whole == total)
            // What the two kernels and both buffers hold, not the whole.
            #expect(furthest.withLock { $0 } < 24 << 20)
        }
    }

    @Test func refusedConnectionIsSaid() async throws {
        let client = try Self.makeClient()
        let port = try await withLoopbackServer(handler: Self.mirror) { $0 }
        do {
            _ = try await Self.send(client, HTTPClientRequest(url: "http://127.0.0.1:\(port)/"))
            Issue.record("nobody listens, yet there was an answer")
        } catch HTTPClientError.unreachable {}
    }

    @Test(arguments: [
        "", "no url", "ftp://127.0.0.1/", "file:///etc/passwd", "http://", "gopher://127.0.0.1/", "http://a\0b/",
    ])
    func otherURLIsRefused(url: String) async throws {
        let client = try Self.makeClient()
        await #expect(throws: HTTPClientError.invalidURL(url)) {
            try await Self.send(client, HTTPClientRequest(url: url))
        }
    }

    @Test func impossibleRequestIsRefused() async throws {
        let client = try Self.makeClient()
        await #expect(throws: HTTPClientError.self) {
            try await Self.send(
                client, HTTPClientRequest(url: "http://127.0.0.1:1/", headers: [(name: "A", value: "b\r\nC: d")]))
        }
        await #expect(throws: HTTPClientError.self) {
            try await Self.send(client, HTTPClientRequest(method: "GET /x", url: "http://127.0.0.1:1/"))
        }
    }

    @Test func cutStreamIsSaid() async throws {
        let client = try Self.makeClient()
        let answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
        for ending in [LoopbackScript.Ending.end, .cut] {
            let received = Mutex<[UInt8]>([])
            try await Self.withScript(answer, ending) { url, _ in
                do {
                    try await client.send(HTTPClientRequest(url: url)) { event in
                        if case .body(let bytes) = event { received.withLock { $0 += bytes } }
                    }
                    Issue.record("a cut stream passed for a whole one")
                } catch HTTPClientError.unreachable {}
            }
            #expect(received.withLock { $0 } == Array("abc".utf8))
        }
    }

    @Test(arguments: ["", "nonsense\r\n\r\n", "HTTP/1.1 2", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"])
    func brokenAnswerIsAnError(answer: String) async throws {
        let client = try Self.makeClient()
        try await Self.withScript(answer, .end) { url, _ in
            await #expect(throws: HTTPClientError.self) { try await Self.send(client, HTTPClientRequest(url: url)) }
        }
    }

    @Test func endlessHeaderIsAnError() async throws {
        let client = try Self.makeClient { $0.maxHeaderBytes = 1000 }
        let answer =
            "HTTP/1.1 200 OK\r\n" + String(repeating: "A: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n", count: 100) + "\r\n"
        try await Self.withScript(answer, .hang) { url, _ in
            await #expect(throws: HTTPClientError.self) { try await Self.send(client, HTTPClientRequest(url: url)) }
        }
    }

    @Test func redirectIsNotFollowed() async throws {
        let client = try Self.makeClient()
        try await withLoopbackServer(handler: { request, responder in
            try await responder.respond(request.path == "/" ? 302 : 200, headers: ["Location": "/other"])
        }) { port in
            let answer = try await Self.send(client, HTTPClientRequest(url: "http://127.0.0.1:\(port)/"))
            #expect(answer.status == 302)
        }
    }

    @Test func interimResponseIsReadOver() async throws {
        let client = try Self.makeClient()
        let answer =
            "HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nB: c\r\n\r\n"
            + "2\r\nok\r\n0\r\nT: v\r\n\r\n"
        try await Self.withScript(answer, .hang) { url, _ in
            let got = try await Self.send(client, HTTPClientRequest(url: url))
            #expect(got.status == 200)
            #expect(got.headers.map(\.name) == ["transfer-encoding", "b"])
            #expect(got.text == "ok")
        }
    }

    @Test func silentServerTimesOut() async throws {
        let client = try Self.makeClient()
        for answer in ["", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"] {
            try await Self.withScript(answer, .hang) { url, script in
                var request = HTTPClientRequest(url: url)
                request.idleTimeout = .milliseconds(100)
                await #expect(throws: HTTPClientError.timedOut) { try await Self.send(client, request) }
                try await script.untilClosed(1)
            }
            try await Self.withScript(answer, .hang) { url, script in
                var request = HTTPClientRequest(url: url)
                request.timeout = .milliseconds(100)
                await #expect(throws: HTTPClientError.timedOut) { try await Self.send(client, request) }
                try await script.untilClosed(1)
            }
        }
    }

    @Test func cancelledCallerIsFreeAtOnce() async throws {
        let client = try Self.makeClient()
        try await Self.withScript("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", .hang) { url, script in
            let (pieces, piece) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            let began = ContinuousClock.now
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    await #expect(throws: HTTPClientError.cancelled) {
                        try await client.send(HTTPClientRequest(url: url)) { event in
                            if case .body = event { piece.yield() }
                        }
                    }
                }
                for await _ in pieces { break }
                group.cancelAll()
                try await group.waitForAll()
            }
            #expect(ContinuousClock.now - began < .seconds(5))
            try await script.untilClosed(1)
        }
    }

    @Test func cancelledTaskSendsNothing() async throws {
        let client = try Self.makeClient()
        await withTaskGroup(of: Void.self) { group in
            group.cancelAll()
            group.addTask {
                await #expect(throws: HTTPClientError.cancelled) {
                    try await Self.send(client, HTTPClientRequest(url: "http://127.0.0.1:1/"))
                }
            }
        }
    }

    @Test func errorOfTheCallerEndsTheTransfer() async throws {
        struct Enough: Error {}
        let client = try Self.makeClient()
        try await Self.withScript("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", .hang) { url, script in
            await #expect(throws: Enough.self) {
                try await client.send(HTTPClientRequest(url: url)) { event in
                    if case .body = event { throw Enough() }
                }
            }
            try await script.untilClosed(1)
        }
    }
}
