import Testing
import VoicePipeline
import VoiceServer
import VoiceTesting

/// Two connections with one session id.
@Suite struct SessionTakeoverTests {
    private static let eos = #"{"signal":"EOS"}"#

    @Test func theNewestConnectionHasTheSession() async throws {
        let brain = FakeBrain { request, emit in
            let text = "\(request.history.count)."
            try await emit(text)
            return BrainReply(text: text, source: .skill("fake"))
        }
        try await ServerUnderTest.run(brain: brain) { server in
            try await server.talk { first in
                try await first.send([0, 0])
                try await first.send(Self.eos)
                _ = try await first.turn()
                try await server.talk { second in
                    #expect(try await first.next() == nil)
                    #expect(first.closeCode == 4001)
                    try await second.send([0, 0])
                    try await second.send(Self.eos)
                    // The conversation goes on.
                    #expect(try await second.turn().contains { $0.contains(#""response":"2.""#) })
                }
            }
            #expect(await Self.empties(server.directory))
        }
    }

    @Test func otherSessionsStay() async throws {
        try await ServerUnderTest.run { server in
            try await server.talk(as: "one") { one in
                try await server.talk(as: "two") { two in
                    for client in [one, two] {
                        try await client.send([0, 0])
                        try await client.send(Self.eos)
                        #expect(try await client.turn().last == #"{"status":"complete"}"#)
                    }
                }
            }
        }
    }

    /// The old turn has ended before the new connection is told that it has the session.
    @Test func neverTwoTurnsOfOneSessionAtOnce() async throws {
        let running = Guarded(0)
        let most = Guarded(0)
        let entered = Latch()
        let brain = FakeBrain { request, _ in
            let now = running.withLock { count in
                count += 1
                return count
            }
            most.withLock { $0 = max($0, now) }
            defer { running.withLock { $0 -= 1 } }
            if request.utterance == "wait" {
                entered.set()
                await Latch().wait()
            }
            return BrainReply(text: "Hi.", source: .skill("fake"))
        }
        let recognizer = FakeRecognizer { samples throws(EngineError) in
            Transcript(text: samples.count == 2 ? "wait" : "go on")
        }
        try await ServerUnderTest.run(recognizer: recognizer, brain: brain) { server in
            try await server.talk { first in
                try await first.send([0, 0, 0, 0])
                try await first.send(Self.eos)
                await entered.wait()
                try await server.talk { second in
                    #expect(running.withLock { $0 } == 0)
                    try await second.send([0, 0])
                    try await second.send(Self.eos)
                    #expect(try await second.turn().last == #"{"status":"complete"}"#)
                }
            }
        }
        #expect(most.withLock { $0 } == 1)
    }

    /// Whether all connections leave: each does a moment after its client has gone.
    private static func empties(_ directory: SessionDirectory) async -> Bool {
        let end = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < end {
            if await directory.count == 0 { return true }
            await Task.yield()
        }
        return false
    }

    @Test func manyTakeoversAtOnceLeaveOne() async throws {
        try await ServerUnderTest.run { server in
            let answered = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<24 {
                    group.addTask {
                        try await server.connect { client in
                            // Each may be taken over at any of these.
                            try? await client.send(#"{"session_id":"s"}"#)
                            try? await client.send([0, 0])
                            try? await client.send(Self.eos)
                            while let message = try? await client.next() {
                                if message == #"{"status":"complete"}"# { return true }
                            }
                            #expect(client.closeCode == 4001)
                            return false
                        }
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(answered >= 1)
            #expect(await Self.empties(server.directory))
            // Nothing is left that would keep a later connection waiting.
            try await server.talk { client in
                try await client.send([0, 0])
                try await client.send(Self.eos)
                #expect(try await client.turn().last == #"{"status":"complete"}"#)
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func announcementsGoToTheNewestConnection() async throws {
        try await ServerUnderTest.run { server in
            try await server.talk(as: "kitchen", options: #","announcements":true"#) { first in
                try await server.talk(as: "kitchen", options: #","announcements":true"#) { second in
                    #expect(try await first.next() == nil)
                    #expect(await server.directory.listens(to: "kitchen"))
                    // Otherwise there is nothing to wait for.
                    try #require(await server.directory.announce("Done.", in: "kitchen"))
                    let heard = try await second.turn().first
                    #expect(heard == #"{"status":"announcement","response":"Done."}"#)
                }
            }
            #expect(await Self.empties(server.directory))
            #expect(await server.directory.listens(to: "kitchen") == false)
        }
    }

    @Test func openedSessionsAreTold() async throws {
        try await ServerUnderTest.run { server in
            let opened = Guarded<[String]>([])
            await server.directory.setOnOpen { session in opened.withLock { $0.append(session) } }
            try await server.talk(as: "hall") { client in
                // The call comes before anything of the client is read.
                try await client.send("?")
                _ = try await client.next()
                #expect(opened.withLock { $0 } == ["hall"])
            }
        }
    }

    @Test func scopesNeverMeet() {
        #expect(SessionKey.make(scope: nil, id: "x") == "x")
        let names = [
            SessionKey.make(scope: nil, id: "kitchen/x"), SessionKey.make(scope: "kitchen", id: "x"),
            SessionKey.make(scope: "kitchen", id: "/x"), SessionKey.make(scope: "k", id: "itchenx"),
        ]
        #expect(Set(names).count == names.count)
    }
}
