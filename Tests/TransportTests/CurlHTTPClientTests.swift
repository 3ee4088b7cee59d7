import Testing
import Transport
import VoicePipeline
import VoiceTesting

/// The client against the project's own server, and against scripted bytes where a server would not do it.
@Suite struct CurlHTTPClientTests {
    private static let mirror: HTTPServer.Handler = { request, responder in
        let body = try await request.body.collect(upTo: 1 << 24)
        let names = request.headers.map(\.name).joined(separator: ",")
        try await responder.respond(
            203, headers: ["X-Method": request.method, "X-Names": names, "X-A": request.headers.first("x-a") ?? "-"],
            body: request.path == "/count" ? Array("\(body.count)".utf8) : body)
    }

    @Test(arguments: ["GET", "POST", "PUT", "DELETE", "PATCH"])
    func methodHeadersAndBodyArrive(method: String) async throws {
        let client = try CurlCheck.makeClient()
        try await withLoopbackServer(handler: Self.mirror) { port in
            let body = method == "GET" ? [] : Array("{\"a\":1}".utf8)
            let answer = try await CurlCheck.send(
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
        let client = try CurlCheck.makeClient()
        try await withLoopbackServer(handler: { _, responder in
            try await responder.respond(200, body: Array("abc".utf8))
        }) { port in
            let answer = try await CurlCheck.send(
                client, HTTPClientRequest(method: "HEAD", url: "http://127.0.0.1:\(port)/"))
            #expect(answer.status == 200)
            #expect(answer.body.isEmpty)
        }
    }

    @Test func largeBodiesGoBothWays() async throws {
        let client = try CurlCheck.makeClient()
        let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try await withLoopbackServer(handler: Self.mirror) { port in
            let answer = try await CurlCheck.send(
                client, HTTPClientRequest(method: "POST", url: "http://127.0.0.1:\(port)/", body: body))
            #expect(answer.body == body)
        }
    }

    @Test func connectionIsUsedAgain() async throws {
        let client = try CurlCheck.makeClient()
        try await CurlCheck.withScript("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", .hang) { url, script in
            for _ in 0..<5 {
                let answer = try await CurlCheck.send(client, HTTPClientRequest(url: url))
                #expect(answer.text == "ok")
            }
            #expect(await script.accepted == 1)
        }
    }

    @Test func manyRequestsRunAtOnce() async throws {
        let client = try CurlCheck.makeClient()
        try await withLoopbackServer(handler: Self.mirror) { port in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<50 {
                    group.addTask {
                        let body = Array("\(index)".utf8)
                        let answer = try await CurlCheck.send(
                            client, HTTPClientRequest(method: "POST", url: "http://127.0.0.1:\(port)/", body: body))
                        #expect(answer.body == body)
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func eventsArriveAsTheyAreSent() async throws {
        let client = try CurlCheck.makeClient()
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
        let client = try CurlCheck.makeClient { $0.receiveBuffer = 10_000 }
        let total = 64 << 20
        let written = Guarded(0)
        try await withLoopbackServer(handler: { _, responder in
            try await responder.stream(200) { writer in
                let piece = [UInt8](repeating: 1, count: 65_536)
                for _ in 0..<total / piece.count {
                    try await writer.write(piece)
                    written.withLock { $0 += piece.count }
                }
            }
        }) { port in
            let received = Guarded(0)
            let furthest = Guarded(0)
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
}
