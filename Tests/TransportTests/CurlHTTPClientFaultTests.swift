import Testing
import Transport
import VoicePipeline
import VoiceTesting

/// Servers that refuse, break off, fall silent or talk nonsense, and callers that give up.
@Suite struct CurlHTTPClientFaultTests {
    @Test func refusedConnectionIsSaid() async throws {
        let client = try CurlCheck.makeClient()
        let port = try await withLoopbackServer(handler: { _, responder in try await responder.respond(200) }) { $0 }
        do {
            _ = try await CurlCheck.send(client, HTTPClientRequest(url: "http://127.0.0.1:\(port)/"))
            Issue.record("nobody listens, yet there was an answer")
        } catch HTTPClientError.unreachable {}
    }

    @Test(arguments: [
        "", "no url", "ftp://127.0.0.1/", "file:///etc/passwd", "http://", "gopher://127.0.0.1/", "http://a\0b/",
    ])
    func otherURLIsRefused(url: String) async throws {
        let client = try CurlCheck.makeClient()
        await #expect(throws: HTTPClientError.invalidURL(url)) {
            try await CurlCheck.send(client, HTTPClientRequest(url: url))
        }
    }

    @Test func impossibleRequestIsRefused() async throws {
        let client = try CurlCheck.makeClient()
        await #expect(throws: HTTPClientError.self) {
            try await CurlCheck.send(
                client, HTTPClientRequest(url: "http://127.0.0.1:1/", headers: [(name: "A", value: "b\r\nC: d")]))
        }
        await #expect(throws: HTTPClientError.self) {
            try await CurlCheck.send(client, HTTPClientRequest(method: "GET /x", url: "http://127.0.0.1:1/"))
        }
    }

    @Test func cutStreamIsSaid() async throws {
        let client = try CurlCheck.makeClient()
        let answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
        for ending in [LoopbackScript.Ending.end, .cut] {
            let received = Guarded<[UInt8]>([])
            try await CurlCheck.withScript(answer, ending) { url, _ in
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
        let client = try CurlCheck.makeClient()
        try await CurlCheck.withScript(answer, .end) { url, _ in
            await #expect(throws: HTTPClientError.self) {
                try await CurlCheck.send(client, HTTPClientRequest(url: url))
            }
        }
    }

    @Test func endlessHeaderIsAnError() async throws {
        let client = try CurlCheck.makeClient { $0.maxHeaderBytes = 1000 }
        let answer =
            "HTTP/1.1 200 OK\r\n" + String(repeating: "A: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n", count: 100) + "\r\n"
        try await CurlCheck.withScript(answer, .hang) { url, _ in
            await #expect(throws: HTTPClientError.self) {
                try await CurlCheck.send(client, HTTPClientRequest(url: url))
            }
        }
    }

    @Test func redirectIsNotFollowed() async throws {
        let client = try CurlCheck.makeClient()
        try await withLoopbackServer(handler: { request, responder in
            try await responder.respond(request.path == "/" ? 302 : 200, headers: ["Location": "/other"])
        }) { port in
            let answer = try await CurlCheck.send(client, HTTPClientRequest(url: "http://127.0.0.1:\(port)/"))
            #expect(answer.status == 302)
        }
    }

    @Test func interimResponseIsReadOver() async throws {
        let client = try CurlCheck.makeClient()
        let answer =
            "HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nB: c\r\n\r\n"
            + "2\r\nok\r\n0\r\nT: v\r\n\r\n"
        try await CurlCheck.withScript(answer, .hang) { url, _ in
            let got = try await CurlCheck.send(client, HTTPClientRequest(url: url))
            #expect(got.status == 200)
            #expect(got.headers.map(\.name) == ["transfer-encoding", "b"])
            #expect(got.text == "ok")
        }
    }

    @Test func silentServerTimesOut() async throws {
        let client = try CurlCheck.makeClient()
        for answer in ["", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"] {
            try await CurlCheck.withScript(answer, .hang) { url, script in
                var request = HTTPClientRequest(url: url)
                request.idleTimeout = .milliseconds(100)
                await #expect(throws: HTTPClientError.timedOut) { try await CurlCheck.send(client, request) }
                try await script.untilClosed(1)
            }
            try await CurlCheck.withScript(answer, .hang) { url, script in
                var request = HTTPClientRequest(url: url)
                request.timeout = .milliseconds(100)
                await #expect(throws: HTTPClientError.timedOut) { try await CurlCheck.send(client, request) }
                try await script.untilClosed(1)
            }
        }
    }

    @Test func cancelledCallerIsFreeAtOnce() async throws {
        let client = try CurlCheck.makeClient()
        try await CurlCheck.withScript("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", .hang) { url, script in
            let (pieces, piece) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            var request = HTTPClientRequest(url: url)
            // What would set the caller free without the cancellation.
            request.idleTimeout = .seconds(600)
            request.timeout = .seconds(600)
            let patient = request
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    await #expect(throws: HTTPClientError.cancelled) {
                        try await client.send(patient) { event in
                            if case .body = event { piece.yield() }
                        }
                    }
                }
                for await _ in pieces { break }
                let cancelled = ContinuousClock.now
                group.cancelAll()
                try await group.waitForAll()
                #expect(ContinuousClock.now - cancelled < .seconds(60))
            }
            try await script.untilClosed(1)
        }
    }

    @Test func cancelledTaskSendsNothing() async throws {
        let client = try CurlCheck.makeClient()
        await withTaskGroup(of: Void.self) { group in
            group.cancelAll()
            group.addTask {
                await #expect(throws: HTTPClientError.cancelled) {
                    try await CurlCheck.send(client, HTTPClientRequest(url: "http://127.0.0.1:1/"))
                }
            }
        }
    }

    @Test func errorOfTheCallerEndsTheTransfer() async throws {
        struct Enough: Error {}
        let client = try CurlCheck.makeClient()
        try await CurlCheck.withScript("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", .hang) { url, script in
            await #expect(throws: Enough.self) {
                try await client.send(HTTPClientRequest(url: url)) { event in
                    if case .body = event { throw Enough() }
                }
            }
            try await script.untilClosed(1)
        }
    }
}
