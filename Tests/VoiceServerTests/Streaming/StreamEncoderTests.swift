import Testing
import VoicePipeline
import VoiceProtocol
import VoiceServer

@Suite struct StreamEncoderTests {
    private func encoder(
        timeline: Bool = false, agreement: HotpinAgreement = HotpinAgreement(audio: .stream),
        packets: (any PacketCodec)? = nil
    ) -> StreamEncoder {
        StreamEncoder(
            handshake: HotpinHandshake(sessionID: [97], timeline: timeline, agreement: agreement), sampleRate: 16_000,
            packets: packets)
    }

    private func words(_ message: StreamEncoder.Message) -> String {
        switch message {
        case .text(let text): String(decoding: text, as: UTF8.self)
        case .binary(let bytes): "\(bytes.count) bytes"
        }
    }

    private func speech(_ text: String, _ count: Int) -> TurnEvent.Kind {
        .audio(SynthesizedSpeech(samples: [Float](repeating: 0.5, count: count), sampleRate: 16_000, text: text))
    }

    private func rest(_ encoder: inout StreamEncoder) throws -> [String] {
        var seen: [String] = []
        while let step = try encoder.next() {
            encoder.didSend(step)
            seen.append(words(step.message))
        }
        return seen
    }

    @Test func tellsATurn() throws {
        var encoder = encoder()
        let now = [
            TurnEvent.Kind.recognizing, .transcript(Transcript(text: "hello")), .replyDelta("One."),
            speech("One.", 2000), speech("Two.", 1600), .reply("One. Two."), .done(TurnTimeline()),
        ].flatMap { encoder.encode(TurnEvent(turn: 1, $0)) }
        #expect(
            now.map(words) == [
                #"{"status":"processing","stage":"transcription"}"#,
                #"{"status":"processing","stage":"llm","transcript":"hello"}"#,
                #"{"status":"processing","stage":"tts","response":"One. Two."}"#,
            ])
        #expect(encoder.queued == 3600)
        #expect(
            try rest(&encoder) == [
                #"{"status":"audio","format":"pcm","sample_rate":16000,"channels":1}"#,
                #"{"status":"speaking","text":"One.","at_ms":0}"#, "3200 bytes", "800 bytes",
                #"{"status":"speaking","text":"Two.","at_ms":125}"#, "3200 bytes",
                #"{"status":"audio_end","duration_ms":225}"#, #"{"status":"complete"}"#,
            ])
        #expect(encoder.queued == 0)
        #expect(encoder.sent == 3600)
    }

    @Test func aPieceMayComeInParts() throws {
        var encoder = encoder()
        let parts = [
            SynthesizedSpeech(
                samples: [Float](repeating: 0.5, count: 1600), sampleRate: 16_000, text: "One two.", following: 2400),
            SynthesizedSpeech(samples: [Float](repeating: 0.5, count: 1600), sampleRate: 16_000, following: 800),
            // This one breaks off: 400 samples are missing.
            SynthesizedSpeech(samples: [Float](repeating: 0.5, count: 400), sampleRate: 16_000, following: 400),
            SynthesizedSpeech(samples: [Float](repeating: 0.5, count: 1600), sampleRate: 16_000, text: "Three."),
        ]
        var at: [Int] = []
        for part in parts {
            _ = encoder.encode(TurnEvent(turn: 1, .audio(part)))
            at.append(encoder.queued)
        }
        #expect(at == [1600, 3200, 3600, 5200])
        _ = encoder.encode(TurnEvent(turn: 1, .audioLength(5600)))
        _ = encoder.encode(TurnEvent(turn: 1, .done(TurnTimeline())))
        let all = try rest(&encoder)
        #expect(
            all.filter { !$0.hasSuffix("bytes") } == [
                #"{"status":"audio","format":"pcm","sample_rate":16000,"channels":1}"#,
                #"{"status":"speaking","text":"One two.","at_ms":0}"#,
                #"{"status":"speaking","text":"Three.","at_ms":225}"#, #"{"status":"audio_end","duration_ms":325}"#,
                #"{"status":"complete"}"#,
            ])
        #expect(encoder.heard(until: 3700) == "One two.")
        #expect(encoder.heard(until: 2000) == "One")
        #expect(encoder.heard(until: 5200) == "One two. Three.")
    }

    @Test func completesWithoutAudio() throws {
        var encoder = encoder()
        _ = encoder.encode(TurnEvent(turn: 1, .recognizing))
        _ = encoder.encode(TurnEvent(turn: 1, .done(TurnTimeline())))
        #expect(try rest(&encoder) == [#"{"status":"complete"}"#])
    }

    @Test func announcesLikeAnAnswer() throws {
        var encoder = encoder()
        let now = encoder.encode(TurnEvent(turn: 2, .announcement("Ding.")))
        #expect(now.map(words) == [#"{"status":"announcement","response":"Ding."}"#])
        _ = encoder.encode(TurnEvent(turn: 2, speech("Ding.", 1600)))
        _ = encoder.encode(TurnEvent(turn: 2, .done(TurnTimeline())))
        #expect(try rest(&encoder).count == 5)
    }

    @Test func tellsWhatWasAgreedOfTheUsersSpeech() {
        let partial = TurnEvent(turn: 0, .partial(PartialTranscript(stable: "set", rest: " a")))
        let events = [TurnEvent(turn: 0, .speechStarted), partial, TurnEvent(turn: 0, .speechEnded)]
        var plain = encoder()
        #expect(events.flatMap { plain.encode($0) }.isEmpty)
        var all = encoder(agreement: HotpinAgreement(audio: .stream, turns: .auto, wantsPartials: true))
        #expect(
            events.flatMap { all.encode($0) }.map(words) == [
                #"{"status":"speech_started"}"#, #"{"status":"partial","stable":"set","text":"set a"}"#,
                #"{"status":"speech_ended"}"#,
            ])
        var file = HotpinEncoder(
            handshake: HotpinHandshake(sessionID: [97], agreement: HotpinAgreement(wantsPartials: true)),
            sampleRate: 16_000)
        #expect(events.flatMap { file.encode($0) }.count == 1)
    }

    @Test func dropsWhatWasNotSentOfAStoppedAnswer() throws {
        var encoder = encoder()
        _ = encoder.encode(TurnEvent(turn: 1, speech("It's seven fifteen.", 3200)))
        for _ in 0..<3 {
            guard let step = try encoder.next() else { break }
            encoder.didSend(step)
        }
        #expect(encoder.sent == 1600)
        #expect(encoder.heard(until: Int.max) == "It's")
        let now = encoder.encode(TurnEvent(turn: 2, .interrupted(heard: "It's")))
        #expect(now.map(words) == [#"{"status":"cancelled","heard":"It's"}"#])
        #expect(try encoder.next() == nil)
        #expect(encoder.queued == 0)
        // What was heard can still be asked for.
        #expect(encoder.heard(until: 1600) == "It's")
    }

    @Test func holdsAndResumesAtOnce() {
        var encoder = encoder()
        #expect(encoder.encode(TurnEvent(turn: 1, .held)).map(words) == [#"{"status":"held"}"#])
        #expect(encoder.encode(TurnEvent(turn: 1, .resumed)).map(words) == [#"{"status":"resumed"}"#])
    }

    @Test func aFailedTurnDropsItsOwnAudioOnly() throws {
        var encoder = encoder()
        _ = encoder.encode(TurnEvent(turn: 1, speech("One.", 1600)))
        _ = encoder.encode(TurnEvent(turn: 2, .failed(.busy)))
        #expect(encoder.queued == 1600)
        let error = encoder.encode(TurnEvent(turn: 1, .failed(.stopping)))
        #expect(error.map(words).first?.hasPrefix(#"{"status":"error""#) == true)
        #expect(try encoder.next() == nil)
    }

    @Test func aNewTurnBeginsAnew() throws {
        var encoder = encoder()
        _ = encoder.encode(TurnEvent(turn: 1, speech("One.", 1600)))
        _ = encoder.encode(TurnEvent(turn: 2, speech("Two.", 1600)))
        _ = encoder.encode(TurnEvent(turn: 2, .done(TurnTimeline())))
        #expect(
            try rest(&encoder).dropFirst() == [
                #"{"status":"speaking","text":"Two.","at_ms":0}"#, "3200 bytes",
                #"{"status":"audio_end","duration_ms":100}"#, #"{"status":"complete"}"#,
            ])
    }

    @Test func timelineSaysWhenAudioLeft() throws {
        var encoder = encoder(timeline: true)
        let start = ContinuousClock.now
        var timeline = TurnTimeline()
        timeline.mark(.speechEnd, at: start)
        timeline.mark(.transcript, at: start - .milliseconds(30))
        timeline.mark(.firstAudio, at: start + .milliseconds(90))
        _ = encoder.encode(TurnEvent(turn: 1, speech("", 3200)))
        _ = encoder.encode(TurnEvent(turn: 1, .done(timeline)))
        var times = [100, 200]
        var last = ""
        while let step = try encoder.next() {
            let time = step.samples > 0 ? times.removeFirst() : 999
            encoder.didSend(step, at: start + .milliseconds(time))
            last = words(step.message)
        }
        #expect(
            last == #"{"status":"complete","timeline":{"speech_end":0,"endpoint":0,"transcript":0,"first_token":0,"#
                + #""first_clause":0,"reply":0,"first_audio":100,"last_audio":200}}"#)
    }

    @Test func packetsGoOnFromPieceToPiece() throws {
        var encoder = encoder(agreement: HotpinAgreement(audio: .stream, format: .opus), packets: CountingCodec())
        _ = encoder.encode(TurnEvent(turn: 1, speech("One.", 500)))
        _ = encoder.encode(TurnEvent(turn: 1, speech("Two.", 300)))
        // 320 of the first are a packet; 180 wait for the second, whose words are told before its packet.
        #expect(
            try rest(&encoder) == [
                #"{"status":"audio","format":"opus","sample_rate":16000,"channels":1,"frame_ms":20,"pre_skip":312}"#,
                #"{"status":"speaking","text":"One.","at_ms":0}"#, "320 bytes",
                #"{"status":"speaking","text":"Two.","at_ms":31}"#, "320 bytes",
            ])
        #expect(encoder.queued == 160)
        _ = encoder.encode(TurnEvent(turn: 1, .done(TurnTimeline())))
        // 160 samples and as much silence, more than the decoder's 104 that are late.
        #expect(
            try rest(&encoder) == [
                "320 bytes", #"{"status":"audio_end","duration_ms":50}"#, #"{"status":"complete"}"#,
            ])
        #expect(encoder.sent == 800)
        #expect(encoder.queued == 0)
    }

    @Test(arguments: [(320, 2), (300, 2), (216, 1), (217, 2), (1, 1), (640, 3)])
    func silenceFollowsUntilADecoderHasGivenAll(samples: Int, packets: Int) throws {
        var encoder = encoder(agreement: HotpinAgreement(audio: .stream, format: .opus), packets: CountingCodec())
        _ = encoder.encode(TurnEvent(turn: 1, speech("", samples)))
        _ = encoder.encode(TurnEvent(turn: 1, .done(TurnTimeline())))
        #expect(try rest(&encoder).filter { $0 == "320 bytes" }.count == packets)
        #expect(encoder.sent == samples)
    }
}

/// Packets of as many bytes as they have samples.
private struct CountingCodec: PacketCodec {
    private final class Encoder: PacketEncoder {
        let frameSize = 320
        let lookahead = 104
        func encode(_ frame: [Float]) throws(EngineError) -> [UInt8] { [UInt8](repeating: 0, count: frame.count) }
    }

    func makeEncoder() throws(EngineError) -> any PacketEncoder { Encoder() }
    func makeDecoder() throws(EngineError) -> any PacketDecoder { throw .unavailable("") }
}
