import SpeechEngines
import Testing
import VoicePipeline
import VoiceTesting

@Suite struct ESpeakSynthesizerTests {
    @Test func speaks() async throws {
        let voice = ESpeakSynthesizer(try PiperGolden.espeak())
        let speech = try await voice.synthesize("Hello, this is a test.", options: SynthesisOptions())
        #expect(voice.sampleRate == 22_050)
        #expect(speech.sampleRate == 22_050)
        #expect((0.8...3).contains(speech.duration))
        #expect((0.1...1).contains(speech.samples.map(abs).max() ?? 0))
    }

    @Test(arguments: [80, 120, 175, 250, 400])
    func keepsTheRate(wordsPerMinute: Int) async throws {
        let voice = ESpeakSynthesizer(try PiperGolden.espeak())
        var words = 0
        var seconds = 0.0
        for sentence in EverydaySentences.all {
            words += sentence.split(separator: " ").count
            seconds += try await voice.synthesize(
                sentence, options: SynthesisOptions(wordsPerMinute: wordsPerMinute)
            ).duration
        }
        let rate = Double(words) * 60 / seconds
        #expect(abs(rate / Double(wordsPerMinute) - 1) < (wordsPerMinute == 80 ? 0.2 : 0.1), "\(rate) words a minute")
    }

    @Test(arguments: ["", "   ", "🎉", "...", "***"])
    func nothingToPronounceIsSilent(text: String) async throws {
        let speech = try await ESpeakSynthesizer(PiperGolden.espeak()).synthesize(text, options: SynthesisOptions())
        #expect(speech.samples.isEmpty)
    }

    @Test func refusesWhatItCannotSpeak() async throws {
        let voice = ESpeakSynthesizer(try PiperGolden.espeak())
        for rate in [0, 79, 401, -5, .max] {
            await #expect(throws: EngineError.self) {
                try await voice.synthesize("Hello.", options: SynthesisOptions(wordsPerMinute: rate))
            }
        }
        await #expect(throws: EngineError.self) {
            try await voice.synthesize(String(repeating: "a ", count: 3_000), options: SynthesisOptions())
        }
    }

    @Test func marksOfItsOwnLanguagesAreOnlyText() async throws {
        // Neither SSML nor phoneme codes are read as such.
        let voice = ESpeakSynthesizer(try PiperGolden.espeak())
        let plain = try await voice.synthesize("a break b", options: SynthesisOptions())
        let marked = try await voice.synthesize("a [[break]] b", options: SynthesisOptions())
        #expect(abs(plain.duration - marked.duration) < 0.5)
    }

    @Test func isCancelled() async throws {
        let voice = ESpeakSynthesizer(try PiperGolden.espeak())
        let task = Task {
            try await voice.synthesize(
                String(repeating: "One thing after another, and another. ", count: 100),
                options: SynthesisOptions(wordsPerMinute: 80))
        }
        task.cancel()
        await #expect(throws: EngineError.cancelled) { try await task.value }
    }

    @Test func missingDataIsNamed() {
        let error = thrown(EngineError.self) { try ESpeak(dataPath: "/nonexistent/espeak-ng-data") }
        guard case .unavailable(let text)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(text.contains("/nonexistent/espeak-ng-data/phontab. Install the Debian package"))
    }
}
