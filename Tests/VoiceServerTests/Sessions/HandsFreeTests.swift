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
                // The idle watch and the handshake's deadline.
                await clock.sleepsBegun(atLeast: 2)
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
                // The idle watch and the handshake's deadline.
                await clock.sleepsBegun(atLeast: 2)
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

    /// A microphone that is always open sends silence, too.
    @Test func silenceThatIsSentIsSilence() async throws {
        let clock = ManualClock()
        let detector = CountingDetector()
        try await ServerUnderTest.run(synthesizer: Self.mute, detector: detector, clock: clock) { server in
            try await server.talk(options: Self.handsFree + Self.open) { client in
                try await Self.ask(client, clock)
                let heard = detector.heard
                for _ in 0..<10 { try await client.send(Self.sound(100, speech: false)) }
                await detector.heard(atLeast: heard + 10 * 1600 - 512)
                clock.advance(by: .seconds(31))
                #expect(try await client.next()?.contains("Are you still there?") == true)
            }
        }
    }

    @Test func speechIsNoSilence() async throws {
        let clock = ManualClock()
        try await ServerUnderTest.run(synthesizer: Self.mute, detector: FakeDetector(), clock: clock) { server in
            try await server.talk(options: Self.handsFree + Self.open) { client in
                try await Self.ask(client, clock)
                try await client.send(Self.sound(100, speech: false))
                try await client.send(Self.sound(200, speech: true))
                #expect(try await client.next() == #"{"status":"speech_started"}"#)
                clock.advance(by: .seconds(600))
                try await client.send("?")
                #expect(try await client.next()?.contains("Not JSON") == true)
            }
        }
    }

    private static let open = #","audio":"stream","turns":"auto""#
    /// While an answer is played such a session is deaf.
    private static let mute = FakeSynthesizer(secondsPerCharacter: 0)

    private static func sound(_ milliseconds: Int, speech: Bool) -> [UInt8] {
        [UInt8](repeating: speech ? 0x40 : 0, count: milliseconds * 32)
    }

    /// A turn that the server takes, up to where the silence behind it begins to count.
    private static func ask(_ client: TalkingClient, _ clock: ManualClock) async throws {
        // The idle watch and the handshake's deadline.
        await clock.sleepsBegun(atLeast: 2)
        let before = clock.sleepsBegun
        try await client.send(sound(1000, speech: true))
        try await client.send(sound(2000, speech: false))
        #expect(try await client.turn().last == #"{"status":"complete"}"#)
        // The turn's deadline and the silence after it.
        await clock.sleepsBegun(atLeast: before + 2)
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

/// Hears as `FakeDetector`, and says how much.
private final class CountingDetector: VoiceActivityDetector {
    let frameLength = 512
    private let count = Guarded(0)
    private let changed = WakeSignal()

    /// Samples so far.
    var heard: Int { count.withLock { $0 } }

    func heard(atLeast samples: Int) async {
        while heard < samples { await changed.wait() }
    }

    func makeStream() throws(EngineError) -> any VoiceActivityStream {
        Activity(detector: self, stream: try FakeDetector().makeStream())
    }

    private struct Activity: VoiceActivityStream {
        let detector: CountingDetector
        let stream: any VoiceActivityStream

        func process(_ samples: [Float]) async throws(EngineError) -> [Float] {
            let probabilities = try await stream.process(samples)
            detector.count.withLock { $0 += samples.count }
            detector.changed.signal()
            return probabilities
        }

        func reset() async { await stream.reset() }
    }
}
