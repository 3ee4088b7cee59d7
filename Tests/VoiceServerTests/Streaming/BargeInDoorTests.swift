import Testing
import VoicePipeline
import VoiceTesting

/// Turns that the server takes, and speech over its answers, frame by frame.
@Suite struct BargeInDoorTests {
    private let options = #","audio":"stream","turns":"auto","barge_in":true"#
    /// 100 ms of PCM.
    private let chunk = "3200 bytes"
    private let voice = FakeSynthesizer(secondsPerCharacter: 0.1)

    /// Speech as the fake detector knows it, or silence; milliseconds.
    private func sound(_ milliseconds: Int, speech: Bool) -> [UInt8] {
        [UInt8](repeating: speech ? 0x40 : 0, count: milliseconds * 32)
    }

    @Test func theServerFindsTheEndOfSpeech() async throws {
        let frames = try await ServerUnderTest.run(synthesizer: voice, detector: FakeDetector()) { server in
            try await server.talk(options: options) { client in
                try await client.send(sound(1000, speech: true))
                try await client.send(sound(2000, speech: false))
                return try await client.turn()
            }
        }
        #expect(
            frames.filter { $0 != chunk && !$0.contains(#""stage":"tts""#) } == [
                #"{"status":"speech_started"}"#, #"{"status":"speech_ended"}"#,
                #"{"status":"processing","stage":"transcription"}"#,
                #"{"status":"processing","stage":"llm","transcript":"hello"}"#,
                #"{"status":"audio","format":"pcm","sample_rate":16000,"channels":1}"#,
                #"{"status":"speaking","text":"Hi.","at_ms":0}"#, #"{"status":"audio_end","duration_ms":300}"#,
                #"{"status":"complete"}"#,
            ])
    }

    /// A client that catches up after a gap of its network: much silence, then speech, all at once.
    @Test func speechBehindMuchSilenceIsHeard() async throws {
        let heard = Guarded(0)
        let recognizer = FakeRecognizer { samples throws(EngineError) in
            heard.withLock { $0 = samples.filter { abs($0) > 0.1 }.count }
            return Transcript(text: "hello")
        }
        try await ServerUnderTest.run(recognizer: recognizer, synthesizer: voice, detector: FakeDetector()) { server in
            try await server.talk(options: options) { client in
                for _ in 0..<4 { try await client.send(sound(1000, speech: false)) }
                try await client.send(sound(3000, speech: false) + sound(1000, speech: true))
                try await client.send(sound(2000, speech: false))
                #expect(try await client.turn().last == #"{"status":"complete"}"#)
            }
        }
        #expect(heard.withLock { $0 } == 16_000)
    }

    @Test func speechOverTheAnswerHoldsAndStopsIt() async throws {
        let clock = ManualClock()
        let brain = FakeBrain("One two three four five six.")
        try await ServerUnderTest.run(brain: brain, synthesizer: voice, detector: FakeDetector(), clock: clock) {
            server in
            try await server.talk(options: options) { client in
                try await client.send(sound(1000, speech: true))
                try await client.send(sound(2000, speech: false))
                try await expect(chunk, times: 6, from: client)
                // Played so far by the server's clock: "One two" and the space, 800 ms of the 28 letters.
                for _ in 0..<8 {
                    await clock.tick()
                    try await expect(chunk, times: 1, from: client)
                }
                try await client.send(sound(400, speech: true))
                try await expect(#"{"status":"held"}"#, times: 1, from: client)
                // Held, time goes by without audio.
                clock.advance(by: .seconds(10))
                try await client.send(sound(1600, speech: true))
                var frames: [String] = []
                while let frame = try await client.next() {
                    frames.append(frame)
                    if frame.contains("cancelled") { break }
                }
                #expect(frames.last == #"{"status":"cancelled","heard":"One two"}"#)
                #expect(!frames.contains(chunk))
            }
        }
    }

    @Test func aCoughHoldsAndResumesIt() async throws {
        let clock = ManualClock()
        let brain = FakeBrain("One two three four five six.")
        // Nothing is understood of what is said over the answer.
        let calls = Guarded(0)
        let recognizer = FakeRecognizer { _ throws(EngineError) in
            let isFirst = calls.withLock { calls in
                calls += 1
                return calls == 1
            }
            return Transcript(text: isFirst ? "hello" : "")
        }
        try await ServerUnderTest.run(
            recognizer: recognizer, brain: brain, synthesizer: voice, detector: FakeDetector(), clock: clock
        ) { server in
            try await server.talk(options: options) { client in
                try await client.send(sound(1000, speech: true))
                try await client.send(sound(2000, speech: false))
                try await expect(chunk, times: 6, from: client)
                try await client.send(sound(160, speech: true))
                try await expect(#"{"status":"held"}"#, times: 1, from: client)
                try await client.send(sound(2000, speech: false))
                try await expect(#"{"status":"resumed"}"#, times: 1, from: client)
                let rest = try await clock.running { try await client.turn() }
                #expect(rest.filter { $0 == chunk }.count == 22)
                #expect(rest.suffix(2) == [#"{"status":"audio_end","duration_ms":2800}"#, #"{"status":"complete"}"#])
            }
        }
    }

    /// Reads until a message came so often.
    private func expect(_ message: String, times: Int, from client: TalkingClient) async throws {
        var left = times
        while left > 0 {
            let next = try #require(try await client.next())
            #expect(!next.contains("error"))
            if next == message { left -= 1 }
        }
    }
}
