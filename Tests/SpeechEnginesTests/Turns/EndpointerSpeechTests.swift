import SpeechEngines
import Testing
import VoicePipeline

/// The endpointer on human speech, with Silero's own probabilities.
@Suite struct EndpointerSpeechTests {
    private let detector: SileroVAD
    private let clips: [LabelledClip]

    init() throws {
        detector = try SileroVAD(runtime: try ONNXTestParts.runtime(), model: ONNXTestParts.sileroModel)
        clips = try LabelledClip.all().filter { $0.seconds < 12 }
    }

    @Test func hearsWhereEachUtteranceBeginsAndEnds() async throws {
        for clip in clips {
            var spoken = SpokenCase([clip.samples[...]])
            try await spoken.listen(detector)
            var endpointer = Endpointer()
            let events = spoken.probabilities.compactMap { endpointer.take($0) }
            guard case .speechStarted(let start) = events.first, case .ended(let end) = events.last else {
                Issue.record("\(clip.name): \(events)")
                continue
            }
            // The first sound is in what is kept, and little before it.
            #expect((0...4800).contains(start), "\(clip.name)")
            // The last sound may be soft, and Silero takes a moment to believe the silence.
            #expect(abs(end - spoken.end) < 3200, "\(clip.name) ends at \(end), not \(spoken.end)")
            let wait = try #require(spoken.wait(spoken.ends()))
            #expect((550...950).contains(wait), "\(clip.name) ends \(wait) ms after its last sound")
        }
    }

    /// Two clips make one utterance when the speaker rests for 400 ms between them.
    @Test func doesNotCutOffAPauseOf400Milliseconds() async throws {
        var cuts: [String] = []
        var count = 0
        for (index, clip) in clips.enumerated() {
            for step in [1, 4, 7] {
                let next = clips[(index + step) % clips.count]
                var spoken = SpokenCase([clip.samples[...], next.samples[...]], gap: 400)
                try await spoken.listen(detector)
                count += 1
                if spoken.isCut(spoken.ends()) { cuts.append("\(clip.name)+\(next.name)") }
            }
        }
        #expect(cuts.count * 20 <= count, "\(cuts) of \(count)")
    }

    @Test func endsAPauseThatIsLongerThanTheSilence() async throws {
        let clip = try #require(clips.first { $0.name == "goforward" })
        var spoken = SpokenCase([clip.samples[...], clip.samples[...]], gap: 1200)
        try await spoken.listen(detector)
        #expect(spoken.ends().count == 2)
        #expect(spoken.isCut(spoken.ends()))
    }

    @Test func coughsHissAndHumAreNoUtterance() async throws {
        // A burst of noise of 150 ms, hiss, and a hum of 120 Hz.
        var samples = SpeechClips.noise(16_000, scale: 0.004) + SpeechClips.noise(2400, scale: 3)
        samples += SpeechClips.noise(48_000, scale: 0.2)
        samples += (0..<32_000).map { ($0 % 133 < 66 ? 0.1 : -0.1) }
        var endpointer = Endpointer()
        for probability in try await detector.makeStream().process(samples) {
            if case .ended = endpointer.take(probability) { Issue.record("an utterance of noise") }
        }
    }
}
