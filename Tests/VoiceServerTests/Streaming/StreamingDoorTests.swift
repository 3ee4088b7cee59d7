import Testing
import VoicePipeline
import VoiceTesting

/// Streamed answers over real sockets, with a clock that the test moves.
@Suite struct StreamingDoorTests {
    private let second = [UInt8](repeating: 1, count: 32_000)
    private let eos = #"{"signal":"EOS"}"#
    private let cancel = #"{"signal":"CANCEL"}"#
    private let stream = #","audio":"stream""#
    /// 100 ms of PCM.
    private let chunk = "3200 bytes"

    /// Speaks a second of audio for ten letters.
    private let voice = FakeSynthesizer(secondsPerCharacter: 0.1)

    @Test func agreesAndStreamsATurn() async throws {
        let frames = try await ServerUnderTest.run(synthesizer: voice) { server in
            try await server.connect { client in
                try await client.send(#"{"session_id":"s","audio":"stream","partials":true}"#)
                var frames = [try await client.next() ?? ""]
                try await client.send(second)
                try await client.send(eos)
                frames += try await client.turn()
                return frames
            }
        }
        #expect(
            frames.first
                == #"{"status":"connected","session_id":"s","audio":"stream","audio_format":"pcm","turns":"manual","partials":true}"#
        )
        let texts = frames.dropFirst().filter { !$0.hasSuffix(" bytes") }
        #expect(
            texts.filter { !$0.contains(#""stage":"tts""#) } == [
                #"{"status":"processing","stage":"transcription"}"#,
                #"{"status":"processing","stage":"llm","transcript":"hello"}"#,
                #"{"status":"audio","format":"pcm","sample_rate":16000,"channels":1}"#,
                #"{"status":"speaking","text":"Hi.","at_ms":0}"#, #"{"status":"audio_end","duration_ms":300}"#,
                #"{"status":"complete"}"#,
            ])
        #expect(texts.contains(#"{"status":"processing","stage":"tts","response":"Hi."}"#))
        #expect(frames.filter { $0.hasSuffix(" bytes") } == [chunk, chunk, chunk])
    }

    @Test func sendsNoMoreThanIsPlayed() async throws {
        let clock = ManualClock()
        try await ServerUnderTest.run(brain: FakeBrain("Twenty letters here."), synthesizer: voice, clock: clock) {
            server in
            try await server.talk(options: stream) { client in
                try await client.send(second)
                try await client.send(eos)
                try await expectAudio(6, from: client)
                // What is sent before the clock has moved comes before the answer to this.
                try await client.send("nonsense")
                #expect(try await client.next()?.contains("Not JSON") == true)
                await clock.tick()
                try await expectAudio(1, from: client)
                try await client.send("nonsense")
                #expect(try await client.next()?.contains("Not JSON") == true)
                let rest = try await clock.running { try await client.turn() }
                #expect(rest.filter { $0 == chunk }.count == 13)
                #expect(rest.suffix(2) == [#"{"status":"audio_end","duration_ms":2000}"#, #"{"status":"complete"}"#])
            }
        }
    }

    @Test func cancellingSaysWhatWasHeardAndSendsNoMore() async throws {
        let clock = ManualClock()
        try await ServerUnderTest.run(brain: FakeBrain("One two three four."), synthesizer: voice, clock: clock) {
            server in
            try await server.talk(options: stream) { client in
                for (signal, heard) in [
                    (cancel, ""), (#"{"signal":"CANCEL","played_ms":550}"#, "One"),
                    (#"{"signal":"CANCEL","played_ms":999999}"#, "One"),
                ] {
                    try await client.send(second)
                    try await client.send(eos)
                    try await expectAudio(6, from: client)
                    try await client.send(signal)
                    // Nothing was played by the server's clock.
                    #expect(try await client.next() == #"{"status":"cancelled","heard":"\#(heard)"}"#)
                }
                // Without a turn it is answered too, and the conversation goes on.
                try await client.send(cancel)
                #expect(try await client.next() == #"{"status":"cancelled"}"#)
                try await client.send(second)
                try await client.send(eos)
                #expect(try await clock.running { try await client.turn() }.last == #"{"status":"complete"}"#)
            }
        }
    }

    @Test func cancellingByTheClockSaysWhatWasPlayed() async throws {
        let clock = ManualClock()
        try await ServerUnderTest.run(brain: FakeBrain("One two three four."), synthesizer: voice, clock: clock) {
            server in
            try await server.talk(options: stream) { client in
                try await client.send(second)
                try await client.send(eos)
                try await expectAudio(6, from: client)
                for _ in 0..<5 {
                    await clock.tick()
                    try await expectAudio(1, from: client)
                }
                try await client.send(cancel)
                #expect(try await client.next() == #"{"status":"cancelled","heard":"One"}"#)
            }
        }
    }

    @Test func resetStopsTheAudioAndTheNextTurnBeginsClean() async throws {
        let clock = ManualClock()
        try await ServerUnderTest.run(brain: FakeBrain("One two three four."), synthesizer: voice, clock: clock) {
            server in
            try await server.talk(options: stream) { client in
                try await client.send(second)
                try await client.send(eos)
                try await expectAudio(6, from: client)
                try await client.send(#"{"signal":"RESET"}"#)
                try await client.send(second)
                try await client.send(eos)
                #expect(try await client.next() == #"{"status":"processing","stage":"transcription"}"#)
                let rest = try await clock.running { try await client.turn() }
                #expect(rest.filter { $0 == chunk }.count == 19)
                #expect(
                    rest.filter { $0.contains("at_ms") } == [
                        #"{"status":"speaking","text":"One two three four.","at_ms":0}"#
                    ])
            }
        }
    }

    @Test func synthesisRunsAheadOfTheAudioButNotWithoutBound() async throws {
        let clock = ManualClock()
        let made = Guarded(0)
        let second = Latch()
        // Sentences of 3 s: with the second there are more than 4 s in the queue.
        let counting = CountingSynthesizer(seconds: 3) {
            let count = made.withLock { count in
                count += 1
                return count
            }
            if count == 2 { second.set() }
        }
        let brain = FakeBrain("One one. Two two. Three three. Four four. Five five. Six six. Seven seven.")
        try await ServerUnderTest.run(brain: brain, synthesizer: counting, clock: clock) { server in
            try await server.talk(options: stream) { client in
                try await client.send(self.second)
                try await client.send(eos)
                try await expectAudio(6, from: client)
                await second.wait()
                // Time for what must not happen.
                for _ in 0..<20 {
                    try await client.send("nonsense")
                    while try await client.next()?.contains("Not JSON") != true {}
                }
                // Beside the two, one is ready and one waits to be.
                #expect(made.withLock { $0 } <= 4)
                let rest = try await clock.running { try await client.turn() }
                #expect(made.withLock { $0 } == 7)
                #expect(rest.filter { $0 == chunk }.count == 204)
            }
        }
    }

    @Test func announcementsAreStreamed() async throws {
        try await ServerUnderTest.run(synthesizer: voice) { server in
            try await server.talk(as: "kitchen", options: stream + #","announcements":true"#) { client in
                #expect(await server.directory.announce("Ding.", in: "kitchen"))
                let frames = try await client.turn()
                #expect(
                    frames.filter { $0 != chunk } == [
                        #"{"status":"announcement","response":"Ding."}"#,
                        #"{"status":"audio","format":"pcm","sample_rate":16000,"channels":1}"#,
                        #"{"status":"speaking","text":"Ding.","at_ms":0}"#,
                        #"{"status":"audio_end","duration_ms":500}"#, #"{"status":"complete"}"#,
                    ])
            }
        }
    }

    @Test func leavingMidAnswerEndsTheSession() async throws {
        let clock = ManualClock()
        try await ServerUnderTest.run(brain: FakeBrain("One two three four."), synthesizer: voice, clock: clock) {
            server in
            for _ in 0..<3 {
                // The same session again: it is free only when the one before has ended.
                try await server.talk(options: stream) { client in
                    try await client.send(second)
                    try await client.send(eos)
                    try await expectAudio(6, from: client)
                }
            }
        }
    }

    @Test(arguments: [
        (#","audio":"wav""#, "audio must be"), (#","audio_format":"mp3""#, "audio_format must be"),
        (#","turns":"both""#, "turns must be"), (#","audio_format":"opus""#, "needs"), (#","barge_in":true"#, "needs"),
        (#","audio":"stream","audio_format":"opus""#, "This server has no Opus"),
    ])
    func namesWhatCannotBeAgreed(members: String, words: String) async throws {
        try await ServerUnderTest.run { server in
            try await server.connect { client in
                try await client.send(#"{"session_id":"s"\#(members)}"#)
                let answer = try await client.next() ?? ""
                #expect(answer.hasPrefix(#"{"status":"error""#) && answer.contains(words))
                try await client.send(#"{"session_id":"s"}"#)
                #expect(try await client.next() == #"{"status":"connected","session_id":"s"}"#)
            }
        }
    }

    @Test func badSignalsAreErrorsAndNothingElse() async throws {
        try await ServerUnderTest.run { server in
            try await server.talk(options: stream) { client in
                for played in ["-1", "\"x\"", "1.5"] {
                    try await client.send("{\"signal\":\"CANCEL\",\"played_ms\":\(played)}")
                    #expect(try await client.next()?.contains("played_ms must be") == true)
                }
            }
        }
    }

    @Test func theDocumentedClientMayCancelToo() async throws {
        let entered = Latch()
        let brain = FakeBrain { _, _ in
            if !entered.isSet {
                entered.set()
                await Latch().wait()
            }
            return BrainReply(text: "Hi.", source: .skill("fake"))
        }
        try await ServerUnderTest.run(brain: brain) { server in
            try await server.talk { client in
                try await client.send(second)
                try await client.send(eos)
                await entered.wait()
                try await client.send(cancel)
                try await client.send(second)
                try await client.send(eos)
                let frames = try await client.turn()
                #expect(frames.contains(#"{"status":"cancelled"}"#))
                #expect(frames.last == #"{"status":"complete"}"#)
            }
        }
    }

    /// Reads until so many chunks of audio came; other audio and errors are not expected.
    private func expectAudio(_ count: Int, from client: TalkingClient) async throws {
        var left = count
        while left > 0 {
            let message = try #require(try await client.next())
            #expect(!message.contains("error"))
            if message == chunk { left -= 1 }
        }
    }
}

/// A synthesizer whose every piece is as long, and which says when it made one.
private final class CountingSynthesizer: WholeSynthesizer {
    let name = "counting-voice"
    let sampleRate = 16_000
    private let seconds: Int
    private let onPiece: @Sendable () -> Void

    init(seconds: Int, onPiece: @escaping @Sendable () -> Void) {
        self.seconds = seconds
        self.onPiece = onPiece
    }

    func synthesize(_ text: String, options: SynthesisOptions) async throws(EngineError) -> SynthesizedSpeech {
        onPiece()
        return SynthesizedSpeech(samples: [Float](repeating: 0.25, count: seconds * sampleRate), sampleRate: sampleRate)
    }
}
