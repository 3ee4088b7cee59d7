import Testing
import VoicePipeline
import VoiceProtocol
import VoiceServer

@Suite struct HotpinEncoderTests {
    private func encoder(timeline: Bool = false) -> HotpinEncoder {
        HotpinEncoder(
            handshake: HotpinHandshake(sessionID: [97], timeline: timeline), sampleRate: 16_000)
    }

    private func encode(_ kinds: [TurnEvent.Kind], timeline: Bool = false) -> [HotpinEncoder.Message] {
        var encoder = encoder(timeline: timeline)
        return kinds.flatMap { encoder.encode(TurnEvent(turn: 1, $0)) }
    }

    private func words(_ message: HotpinEncoder.Message) -> String {
        switch message {
        case .text(let text): String(decoding: text, as: UTF8.self)
        case .binary(let bytes): "\(bytes.count) bytes"
        }
    }

    @Test func writesADocumentedTurn() {
        let speech = SynthesizedSpeech(samples: [Float](repeating: 0.5, count: 4096), sampleRate: 16_000)
        let messages = encode([
            .recognizing, .transcript(Transcript(text: "hello")), .replyDelta("Hi."), .reply("Hi."),
            .audioLength(8192), .audio(speech), .audio(speech), .done(TurnTimeline()),
        ])
        #expect(
            messages.map(words) == [
                #"{"status":"processing","stage":"transcription"}"#,
                #"{"status":"processing","stage":"llm","transcript":"hello"}"#,
                #"{"status":"processing","stage":"tts","response":"Hi."}"#, "4096 bytes", "4096 bytes", "4096 bytes",
                "4096 bytes", "44 bytes", #"{"status":"complete"}"#,
            ])
        guard case .binary(let first) = messages[3] else {
            Issue.record("no audio")
            return
        }
        #expect(WAVHeader.decode(first[...]) == WAVHeader(dataSize: 16_384))
    }

    @Test func theFileBeginsWhenItsLengthIsKnown() {
        let speech = SynthesizedSpeech(samples: [Float](repeating: 0.5, count: 4096), sampleRate: 16_000)
        var encoder = encoder()
        let begun = [.recognizing, .reply("Hi."), .audioLength(10_000), .audio(speech)].map {
            encoder.encode(TurnEvent(turn: 1, $0)).map(words).filter { $0.hasSuffix("bytes") }
        }
        #expect(begun == [[], [], [], ["4096 bytes", "4096 bytes"]])
        #expect(encoder.encode(TurnEvent(turn: 1, .audio(speech))).map(words) == ["4096 bytes", "4096 bytes"])
        // What was promised and could not be spoken is silence; what was not promised is not sent.
        var spent = encoder
        #expect(
            encoder.encode(TurnEvent(turn: 1, .done(TurnTimeline()))).map(words) == [
                "3660 bytes", #"{"status":"complete"}"#,
            ])
        #expect(spent.encode(TurnEvent(turn: 1, .audio(speech))).map(words) == ["3660 bytes"])
        #expect(spent.encode(TurnEvent(turn: 1, .audio(speech))).isEmpty)
        #expect(spent.encode(TurnEvent(turn: 1, .done(TurnTimeline()))).map(words) == [#"{"status":"complete"}"#])
    }

    @Test func nothingOfAnInterruptedFileFollows() {
        let speech = SynthesizedSpeech(samples: [Float](repeating: 0.5, count: 4096), sampleRate: 16_000)
        let messages = encode([
            .recognizing, .reply("Hi."), .audioLength(10_000), .audio(speech), .interrupted(heard: ""),
            .done(TurnTimeline()),
        ])
        #expect(messages.map(words).suffix(2) == [#"{"status":"cancelled"}"#, #"{"status":"complete"}"#])
    }

    @Test func completesWithoutAudio() {
        let messages = encode([.recognizing, .reply("Hi."), .audioLength(0), .done(TurnTimeline())])
        #expect(messages.map(words).last == #"{"status":"complete"}"#)
        #expect(messages.count == 3)
    }

    @Test func neverFillsTheClientsBuffer() {
        let speech = SynthesizedSpeech(samples: [Float](repeating: 0, count: 200_000), sampleRate: 16_000)
        let messages = encode([
            .recognizing, .audioLength(600_000), .audio(speech), .audio(speech), .audio(speech), .done(TurnTimeline()),
        ])
        var total = 0
        for case .binary(let chunk) in messages { total += chunk.count }
        #expect(total < 512_000)
        #expect(total % 2 == 0)
        guard case .binary(let first) = messages[1] else {
            Issue.record("no audio")
            return
        }
        #expect(WAVHeader.decode(first[...])?.dataSize == total - WAVHeader.length)
    }

    @Test func dropsTheAudioOfAFailedTurn() {
        let speech = SynthesizedSpeech(samples: [0, 0], sampleRate: 16_000)
        let messages = encode([
            .recognizing, .audioLength(9), .audio(speech), .failed(.notUnderstood), .recognizing, .done(TurnTimeline()),
        ])
        #expect(
            messages.map(words) == [
                #"{"status":"processing","stage":"transcription"}"#,
                #"{"status":"error","message":"Could not understand audio. Please try again."}"#,
                #"{"status":"processing","stage":"transcription"}"#, #"{"status":"complete"}"#,
            ])
    }

    @Test func givesTheTimelineToWhoAskedForIt() {
        var timeline = TurnTimeline()
        let start = ContinuousClock.now
        timeline.mark(.speechEnd, at: start)
        timeline.mark(.transcript, at: start + .milliseconds(100))
        timeline.mark(.firstToken, at: start + .milliseconds(101))
        timeline.mark(.reply, at: start + .milliseconds(102))
        timeline.mark(.lastAudio, at: start + .microseconds(250_600))
        #expect(
            encode([.done(timeline)], timeline: true).map(words) == [
                #"{"status":"complete","timeline":{"transcript":100,"first_token":101,"reply":102,"first_audio":251}}"#
            ])
    }

    @Test(arguments: [
        (TurnFailure.emptyAudio, "Empty audio buffer"),
        (.notUnderstood, "Could not understand audio. Please try again."),
        (.oddByteCount, "Audio must be 16-bit samples, but the number of bytes is odd. Please try again."),
        (.tooLong(limit: 30), "Audio is longer than 30 seconds. Please ask something shorter."),
        (.busy, "Too busy to take another question. Please try again in a moment."),
        (.recognition(.busy), "Speech recognition failed. Please try again."),
        (.brain("x"), "Service temporarily unavailable"),
    ])
    func namesEveryFailure(failure: TurnFailure, message: String) {
        #expect(encode([.failed(failure)]).map(words) == [#"{"status":"error","message":"\#(message)"}"#])
    }
}
