import Testing
import VoicePipeline
import VoiceServer
import VoiceTesting

/// Handshakes that do not come, sessions that say nothing, questions that are too many, and a server that stops.
@Suite struct SessionLimitsTests {
    private static let eos = #"{"signal":"EOS"}"#

    @Test func noHandshakeInTimeIsToldAndClosed() async throws {
        let gate = Latch()
        try await ServerUnderTest.run(clock: GateClock(gate)) { server in
            try await server.connect { client in
                gate.set()
                let told = try await client.next()
                #expect(told?.contains(#""status":"error","message":"No handshake came within 10 seconds."#) == true)
                #expect(try await client.next() == nil)
                #expect(client.closeCode == 1008)
            }
        }
    }

    @Test func idleSessionsLeaveAndBusyOnesStay() async throws {
        let clock = ManualClock()
        var sessions = SessionDirectory.Limits()
        sessions.idle = .seconds(80)
        try await ServerUnderTest.run(sessions: sessions, clock: clock) { server in
            try await server.talk(as: "idle") { idle in
                try await server.talk(as: "busy") { busy in
                    // The first sleep is the look for idle sessions; handshakes begin others, which are cancelled.
                    var looks = 0
                    while looks < 20 {
                        try await busy.send([0])
                        // Answered, so it was read.
                        try await busy.send("?")
                        _ = try await busy.next()
                        let begun = clock.sleepsBegun
                        clock.advance(by: .seconds(10))
                        await clock.sleepsBegun(atLeast: begun + 1)
                        looks += 1
                    }
                    #expect(try await idle.next() == nil)
                    #expect(idle.closeCode == 4002)
                    #expect(busy.closeCode == nil)
                }
            }
        }
    }

    @Test func tooManyQuestionsAreToldWhenToTryAgain() async throws {
        var sessions = SessionDirectory.Limits()
        sessions.turnsPerMinute = 2
        try await ServerUnderTest.run(sessions: sessions, clock: ManualClock()) { server in
            try await server.talk { client in
                var last: [String] = []
                for _ in 0..<3 {
                    try await client.send([0, 0])
                    try await client.send(Self.eos)
                    last.append(try await client.turn().last ?? "")
                }
                #expect(
                    last == [
                        #"{"status":"complete"}"#, #"{"status":"complete"}"#,
                        #"{"status":"error","message":"Too many questions. Please try again in 30 seconds."}"#,
                    ])
            }
            // A new connection of the same session has no more.
            try await server.talk { client in
                try await client.send([0, 0])
                try await client.send(Self.eos)
                #expect(try await client.turn().last?.contains("Too many questions") == true)
            }
            try await server.talk(as: "other") { client in
                try await client.send([0, 0])
                try await client.send(Self.eos)
                #expect(try await client.turn().last == #"{"status":"complete"}"#)
            }
        }
    }

    @Test func drainLetsARunningTurnFinish() async throws {
        let entered = Latch()
        let mayAnswer = Latch()
        let brain = FakeBrain { _, emit in
            entered.set()
            await mayAnswer.wait()
            try await emit("Hi.")
            return BrainReply(text: "Hi.", source: .skill("fake"))
        }
        try await ServerUnderTest.run(brain: brain) { server in
            try await server.talk { client in
                try await server.talk(as: "resting") { resting in
                    try await client.send([0, 0])
                    try await client.send(Self.eos)
                    await entered.wait()
                    async let drained: Void = server.directory.drain(within: .seconds(600))
                    // Who says nothing is sent away at once.
                    #expect(try await resting.next() == nil)
                    #expect(resting.closeCode == 1001)
                    try await client.send([0, 0])
                    try await client.send(Self.eos)
                    // Read by now: its answer comes after the running turn's.
                    try await client.send("?")
                    var seen: [String] = []
                    while let message = try await client.next(), !message.contains("Not JSON") { seen.append(message) }
                    mayAnswer.set()
                    while let message = try await client.next() { seen.append(message) }
                    #expect(client.closeCode == 1001)
                    #expect(
                        seen.suffix(2) == [
                            #"{"status":"complete"}"#,
                            #"{"status":"error","message":"The server is stopping. Please try again in a moment."}"#,
                        ])
                    await drained
                }
            }
            // Whoever comes later is told too.
            try await server.connect { late in
                try await late.send(#"{"session_id":"late"}"#)
                #expect(try await late.next()?.contains("The server is stopping") == true)
                #expect(try await late.next() == nil)
                #expect(late.closeCode == 1001)
            }
        }
    }

    @Test func drainTellsATurnThatTakesTooLong() async throws {
        let entered = Latch()
        let brain = FakeBrain { _, _ in
            entered.set()
            await Latch().wait()
            throw CancellationError()
        }
        try await ServerUnderTest.run(brain: brain) { server in
            try await server.talk { client in
                try await client.send([0, 0])
                try await client.send(Self.eos)
                await entered.wait()
                await server.directory.drain(within: .zero)
                #expect(
                    try await client.turn().last
                        == #"{"status":"error","message":"The server is stopping. Please try again in a moment."}"#)
                #expect(try await client.next() == nil)
                #expect(client.closeCode == 1001)
            }
        }
    }
}
