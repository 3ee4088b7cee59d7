import Testing
import Transport
import VoicePipeline
import VoiceServer
import VoiceTesting

/// The doors of a real server, knocked at with no key, a wrong one, the right one and a revoked one.
@Suite struct AccessDoorTests {
    private let question = [UInt8](repeating: 1, count: 3200)
    private let eos = #"{"signal":"EOS"}"#

    private func guarded() async throws -> (Authenticator, MemoryKeyStore) {
        let store = MemoryKeyStore([
            AccessKey(name: "phone", hash: APIKey.hash("right-key".utf8), created: 1),
            AccessKey(name: "old", hash: APIKey.hash("revoked-key".utf8), created: 1, revoked: 2),
        ])
        var policy = AccessPolicy()
        policy.origins = OriginPolicy(names: ["hotpin.test"])
        return (try await Authenticator.load(policy: policy, store: store, clock: ManualClock(), log: .none), store)
    }

    /// A whole answer to one request, head and body.
    private func get(
        _ target: String, port: Int, method: String = "GET", headers: [String] = [], host: String = "127.0.0.1"
    ) async throws -> String {
        let head = ["\(method) \(target) HTTP/1.1", "Host: \(host)", "Connection: close"] + headers
        let peer = try await LoopbackPeer.connect(port: port, opening: head.joined(separator: "\r\n") + "\r\n\r\n")
        return try await peer.readToEnd()
    }

    private func status(_ answer: String) -> String {
        String(answer.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).dropFirst().first ?? "")
    }

    @Test func thePageAndTheSignOfLifeAreForEveryone() async throws {
        let (authenticator, _) = try await guarded()
        try await ServerUnderTest.run(authenticator: authenticator) { server in
            for host in ["127.0.0.1", "evil.test"] {
                #expect(status(try await get("/health", port: server.port, host: host)) == "200")
                let root = try await get("/", port: server.port, headers: ["Accept: application/json"], host: host)
                #expect(status(root) == "200")
                // Not there in this test, but not refused either.
                #expect(status(try await get("/web/main.js", port: server.port, host: host)) == "404")
            }
        }
    }

    @Test(arguments: ["/nothing", "/v1/models", "/metrics", "/web/", "/ws/"])
    func everythingElseWantsAKey(path: String) async throws {
        let (authenticator, _) = try await guarded()
        try await ServerUnderTest.run(authenticator: authenticator) { server in
            let none = try await get(path, port: server.port)
            #expect(none.hasPrefix("HTTP/1.1 401 "))
            #expect(none.lowercased().contains("\r\nwww-authenticate: bearer realm=\"hotpin\"\r\n"))
            #expect(none.contains(#"{"error":{"message":"This server wants a key."#))
            for wrong in ["wrong-key", "revoked-key", ""] {
                let refused = try await get(path, port: server.port, headers: ["Authorization: Bearer \(wrong)"])
                #expect(refused.hasPrefix("HTTP/1.1 401 "))
                #expect(refused.contains("invalid_token") && refused.contains("not known here"))
            }
            let right = try await get(path, port: server.port, headers: ["Authorization: Bearer right-key"])
            #expect(status(right) == (path == "/metrics" ? "200" : "404"))
        }
    }

    @Test func theStatusIsShortWithoutAKey() async throws {
        let (authenticator, _) = try await guarded()
        try await ServerUnderTest.run(authenticator: authenticator) { server in
            let short = try await get("/status", port: server.port)
            #expect(status(short) == "200")
            #expect(short.contains("running") && !short.contains("sessions"))
            let whole = try await get("/status", port: server.port, headers: ["Authorization: Bearer right-key"])
            #expect(whole.contains("sessions"))
            let wrong = try await get("/status", port: server.port, headers: ["Authorization: Bearer wrong-key"])
            #expect(status(wrong) == "401")
            let rebound = try await get("/status", port: server.port, host: "evil.test")
            #expect(status(rebound) == "421")
        }
    }

    @Test func aKeyInTheURLIsRefusedEverywhere() async throws {
        let (authenticator, _) = try await guarded()
        try await ServerUnderTest.run(authenticator: authenticator) { server in
            for target in [
                "/?api_key=right-key", "/health?token=x", "/ws?key=right-key", "/x?a=hotpin_abc", "/x?api%5Fkey=1",
            ] {
                let refused = try await get(target, port: server.port, headers: ["Authorization: Bearer right-key"])
                #expect(refused.hasPrefix("HTTP/1.1 400 "), "\(target)")
                #expect(refused.contains("A key was sent in the URL") && !refused.contains("right-key"))
            }
        }
        #expect(authenticator.metrics.refused.value("key_in_url") == 5)
    }

    @Test func tooManyGuessesHaveToWait() async throws {
        let (authenticator, _) = try await guarded()
        try await ServerUnderTest.run(authenticator: authenticator) { server in
            for number in 0..<10 {
                let refused = try await get("/x", port: server.port, headers: ["Authorization: Bearer guess-\(number)"])
                #expect(status(refused) == "401")
            }
            let waiting = try await get("/x", port: server.port, headers: ["Authorization: Bearer right-key"])
            #expect(status(waiting) == "429")
            #expect(waiting.lowercased().contains("\r\nretry-after: 6\r\n"))
            try await server.connect { client in
                try await client.send(#"{"session_id":"s","api_key":"right-key"}"#)
                #expect(try await client.next() == nil)
                #expect(client.closeCode == 1008)
            }
        }
    }

    @Test(
        arguments: [
            nil, "wrong-key", "revoked-key", "", "right-key ", "RIGHT-KEY",
        ] as [String?])
    func theHandshakeWithoutTheRightKeyIsClosed(key: String?) async throws {
        let (authenticator, _) = try await guarded()
        try await ServerUnderTest.run(authenticator: authenticator) { server in
            try await server.connect { client in
                try await client.send(#"{"session_id":"s"\#(key.map { #","api_key":"\#($0)""# } ?? "")}"#)
                #expect(try await client.next() == nil)
                #expect(client.closeCode == 1008)
            }
        }
    }

    @Test func theHandshakeWithTheRightKeyTalks() async throws {
        let (authenticator, _) = try await guarded()
        try await ServerUnderTest.run(authenticator: authenticator) { server in
            let last = try await server.talk(options: #","api_key":"right-key""#) { client in
                try await client.send(question)
                try await client.send(eos)
                return try await client.turn().last
            }
            #expect(last == #"{"status":"complete"}"#)
        }
    }

    @Test func theHeaderOfAWebSocketDoesAsWell() async throws {
        let (authenticator, _) = try await guarded()
        try await ServerUnderTest.run(authenticator: authenticator) { server in
            try await server.connect(headers: ["authorization": "Bearer right-key"]) { client in
                try await client.send(#"{"session_id":"s"}"#)
                #expect(try await client.next() == #"{"status":"connected","session_id":"s"}"#)
            }
            // A wrong key in the handshake is not made good by a right one in the header.
            try await server.connect(headers: ["authorization": "Bearer right-key"]) { client in
                try await client.send(#"{"session_id":"s","api_key":"wrong-key"}"#)
                #expect(try await client.next() == nil)
                #expect(client.closeCode == 1008)
            }
            await #expect(throws: TransportError.handshakeRefused(status: 401)) {
                try await server.connect(headers: ["authorization": "Bearer wrong-key"]) { _ in }
            }
        }
    }

    @Test func revokingAKeyEndsItsConnection() async throws {
        let (authenticator, store) = try await guarded()
        try await ServerUnderTest.run(authenticator: authenticator) { server in
            try await server.talk(options: #","api_key":"right-key""#) { client in
                let wasRevoked = try await store.revoke("phone", at: 3)
                #expect(wasRevoked)
                // The server's close waits for the client's, which only comes when the client reads.
                let last = try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { await authenticator.look() }
                    let last = try await client.next()
                    try await group.waitForAll()
                    return last
                }
                #expect(last == nil)
                #expect(client.closeCode == 1008)
            }
        }
    }

    @Test func aPageOfAStrangerGetsNothingEvenWithoutKeys() async throws {
        var policy = AccessPolicy()
        policy.origins = OriginPolicy(names: ["hotpin.test"])
        let authenticator = Authenticator(policy: policy)
        try await ServerUnderTest.run(authenticator: authenticator) { server in
            let rebound = try await get("/api", port: server.port, host: "evil.test:\(server.port)")
            #expect(rebound.hasPrefix("HTTP/1.1 421 "))
            #expect(rebound.contains("ALLOWED_HOSTS"))
            let upgrade = [
                "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
            ]
            #expect(status(try await get("/ws", port: server.port, headers: upgrade, host: "evil.test")) == "421")
            for origin in ["https://evil.test", "null", "http://127.0.0.1:1"] {
                await #expect(throws: TransportError.handshakeRefused(status: 403)) {
                    try await server.connect(headers: ["origin": origin]) { _ in }
                }
            }
            try await server.connect(headers: ["origin": "http://127.0.0.1:\(server.port)"]) { client in
                try await client.send(#"{"session_id":"s"}"#)
                #expect(try await client.next() == #"{"status":"connected","session_id":"s"}"#)
            }
        }
    }

    @Test func theOperatorsDoorIsForThisMachineWhileThereIsNoKey() async throws {
        let open = Authenticator(policy: AccessPolicy())
        let (guarded, _) = try await guarded()
        for (authenticator, headers, expected) in [
            (open, [], "200"), (open, ["X-Forwarded-For: 192.0.2.7"], "403"),
            (open, ["Forwarded: for=192.0.2.7"], "403"),
            (open, ["Via: 1.1 proxy"], "403"), (guarded, [], "401"),
            (guarded, ["Authorization: Bearer right-key"], "200"),
            (guarded, ["Authorization: Bearer right-key", "X-Forwarded-For: 192.0.2.7"], "200"),
        ] as [(Authenticator, [String], String)] {
            let answer = try await withLoopbackServer(handler: { request, responder in
                do {
                    try await authenticator.require(request, .operator, door: "metrics")
                    try await responder.respond(200)
                } catch let refusal as AccessRefusal {
                    try await responder.respond(refusal.status)
                }
            }) { port in try await get("/metrics", port: port, headers: headers) }
            #expect(status(answer) == expected, "\(headers)")
        }
    }
}
