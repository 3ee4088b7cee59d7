import Testing
import VoicePipeline
import VoiceServer
import VoiceTesting

/// Sessions of devices without a screen.
@Suite struct HandsFreeTests {
    private static let eos = #"{"signal":"EOS"}"#
    private static let handsFree = #","hands_free":true"#

    @Test func failuresAreSpokenAsTurns() async throws {
        let frames = try await ServerUnderTest.run(recognizer: FakeRecognizer("")) { server in
            try await server.talk(options: Self.handsFree) { client in
                try await client.send([0, 0])
                try await client.send(Self.eos)
                return try await client.turn()
            }
        }
        #expect(frames.first == #"{"status":"processing","stage":"transcription"}"#)
        #expect(
            frames.dropFirst().first
                == #"{"status":"processing","stage":"tts","response":"I didn't catch that. Could you say it again?"}"#)
        #expect(frames.contains { $0.hasSuffix(" bytes") })
        #expect(frames.last == #"{"status":"complete"}"#)
    }

    @Test func asksOnceWhetherAnyoneIsThere() async throws {
        let clock = ManualClock()
        var limits = SessionLimits()
        limits.stillThere = .seconds(30)
        try await ServerUnderTest.run(limits: limits, clock: clock) { server in
            try await server.talk(options: Self.handsFree) { client in
                let before = clock.sleepsBegun
                try await client.send([0, 0])
                try await client.send(Self.eos)
                #expect(try await client.turn().last == #"{"status":"complete"}"#)
                // The turn's deadline and the silence after it.
                await clock.sleepsBegun(atLeast: before + 2)
                clock.advance(by: .seconds(29))
                clock.advance(by: .seconds(2))
                let frames = try await client.turn()
                #expect(
                    frames.first
                        == #"{"status":"announcement","response":"Are you still there? Say something if you need help."}"#
                )
                #expect(frames.last == #"{"status":"complete"}"#)
                // It is not asked again: what comes next is the answer to a text that is none.
                clock.advance(by: .seconds(3000))
                try await client.send("?")
                #expect(try await client.next()?.contains("Not JSON") == true)
            }
        }
    }

    @Test func whoSpeaksIsNotAsked() async throws {
        let clock = ManualClock()
        try await ServerUnderTest.run(clock: clock) { server in
            try await server.talk(options: Self.handsFree) { client in
                let before = clock.sleepsBegun
                try await client.send([0, 0])
                try await client.send(Self.eos)
                _ = try await client.turn()
                await clock.sleepsBegun(atLeast: before + 2)
                try await client.send([0, 0])
                try await client.send("?")
                _ = try await client.next()
                clock.advance(by: .seconds(600))
                try await client.send("?")
                #expect(try await client.next()?.contains("Not JSON") == true)
            }
        }
    }

    @Test func aScreenShowsErrorsAsBefore() async throws {
        let frames = try await ServerUnderTest.run(recognizer: FakeRecognizer("")) { server in
            try await server.talk { client in
                try await client.send([0, 0])
                try await client.send(Self.eos)
                return try await client.turn()
            }
        }
        #expect(
            frames.last == #"{"status":"error","message":"Could not understand audio. Please try again."}"#)
    }
}
