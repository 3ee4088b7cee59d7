import SpeechEngines
import Testing
import VoicePipeline

@Suite struct PiperSynthesizerTests {
    @Test func givesTheIDsOfTheOriginal() async throws {
        let piper = try await PiperShared.deterministic()
        for sentence in try PiperGolden.sentences() {
            #expect(try await piper.ids(of: sentence.text) == [sentence.ids], "\(sentence.text)")
        }
    }

    @Test func speaksTheSameEveryTimeWithoutNoise() async throws {
        let piper = try await PiperShared.deterministic()
        let first = try await piper.synthesize("It is late.", options: SynthesisOptions())
        let second = try await piper.synthesize("It is late.", options: SynthesisOptions())
        #expect(first == second)
        #expect(first.sampleRate == 22_050)
        #expect((0.5...1.5).contains(first.duration))
    }

    @Test func staysInRangeAtACommonLevel() async throws {
        let piper = try await PiperShared.lively()
        for sentence in EverydaySentences.all.prefix(6) {
            let speech = try await piper.synthesize(sentence, options: SynthesisOptions())
            let peak = speech.samples.map(abs).max() ?? 0
            #expect((0.4...0.951).contains(peak), "\(sentence)")
        }
    }

    @Test func speaks175WordsAMinute() async throws {
        let piper = try await PiperShared.lively()
        var words = 0
        var seconds = 0.0
        for sentence in EverydaySentences.all {
            words += sentence.split(separator: " ").count
            seconds += try await piper.synthesize(sentence, options: SynthesisOptions()).duration
        }
        let rate = Double(words) * 60 / seconds
        #expect((157.5...192.5).contains(rate), "\(rate) words a minute")
    }

    @Test func aHigherRateIsShorter() async throws {
        let piper = try await PiperShared.deterministic()
        var durations: [Double] = []
        for rate in [80, 120, 175, 250, 400] {
            durations.append(
                try await piper.synthesize(
                    "You have three items on your shopping list.", options: SynthesisOptions(wordsPerMinute: rate)
                ).duration)
        }
        #expect(durations == durations.sorted(by: >))
        #expect(abs(durations[0] / durations[4] - 5) < 1)
    }

    @Test(arguments: ["", "  \n", "🎉🎉", "...", "***", "—", "!?"])
    func nothingToPronounceIsSilent(text: String) async throws {
        let speech = try await PiperShared.deterministic().synthesize(text, options: SynthesisOptions())
        #expect(speech.samples.isEmpty)
        #expect(speech.sampleRate == 22_050)
    }

    @Test func marksForEyesAreNotHeard() async throws {
        let piper = try await PiperShared.deterministic()
        let plain = try await piper.synthesize("It is very late.", options: SynthesisOptions())
        let marked = try await piper.synthesize("## It is **very** late. 🌙", options: SynthesisOptions())
        #expect(plain.samples == marked.samples)
        #expect(marked.text == "## It is **very** late. 🌙")
    }

    @Test func aLongTextIsSpokenWhole() async throws {
        let piper = try await PiperShared.deterministic()
        let one = try await piper.synthesize("Again and again.", options: SynthesisOptions(wordsPerMinute: 400))
        let many = try await piper.synthesize(
            String(repeating: "Again and again. ", count: 20), options: SynthesisOptions(wordsPerMinute: 400))
        #expect(many.samples.count == 20 * one.samples.count)
        // A number with a hundred digits has more sounds than one run takes.
        let digits = try await piper.ids(of: String(repeating: "7777777777 ", count: 18))
        #expect(digits.count > 1)
        #expect(digits.allSatisfy { $0.count <= PiperVoice.maximumIDs })
    }

    @Test func refusesWhatItCannotSpeak() async throws {
        let piper = try await PiperShared.deterministic()
        for rate in [.min, 0, 79, 401, .max] {
            await #expect(throws: EngineError.self) {
                try await piper.synthesize("Hello.", options: SynthesisOptions(wordsPerMinute: rate))
            }
        }
        await #expect(throws: EngineError.self) {
            try await piper.synthesize(String(repeating: "a", count: 4_001), options: SynthesisOptions())
        }
    }

    @Test func isCancelledWhileItSpeaks() async throws {
        let piper = try await PiperShared.deterministic()
        let text = String(repeating: "One thing after another, and another, and one more. ", count: 70)
        let task = Task { try await piper.synthesize(text, options: SynthesisOptions(wordsPerMinute: 80)) }
        // Once a short piece is through the same queue, it runs.
        _ = try await piper.synthesize("Now.", options: SynthesisOptions())
        task.cancel()
        await #expect(throws: EngineError.cancelled) { try await task.value }
    }

    @Test func firstWordsGoBeforeLaterSentences() async throws {
        let piper = try await PiperSynthesizer(
            runtime: ONNXTestParts.runtime(), folder: PiperGolden.voice, espeak: PiperGolden.espeak(),
            isDeterministic: true)
        let later = 16
        try await withThrowingTaskGroup(of: EnginePriority.self) { group in
            for _ in 0..<later {
                group.addTask {
                    _ = try await piper.synthesize(
                        "You have three items on your shopping list: milk, eggs and bread.",
                        options: SynthesisOptions(priority: .continuation))
                    return .continuation
                }
            }
            while piper.waiting < later / 2 { await Task.yield() }
            group.addTask {
                _ = try await piper.synthesize("Yes.", options: SynthesisOptions(priority: .turn))
                return .turn
            }
            var order: [EnginePriority] = []
            for try await priority in group { order.append(priority) }
            #expect(order.count == later + 1)
            #expect(order.last == .continuation)
        }
    }

    @Test func numbersAreSaidAsPeopleSayThem() async throws {
        let piper = try await PiperShared.deterministic()
        let written = try await piper.synthesize("It costs $3.50 at 08:05.", options: SynthesisOptions())
        let spoken = try await piper.synthesize(
            "It costs 3 dollars and 50 cents at 8 oh 5.", options: SynthesisOptions())
        #expect(written.samples == spoken.samples)
        #expect(written.text == "It costs $3.50 at 08:05.")
    }

    @Test func manyAtOnceAreAllSpoken() async throws {
        let piper = try await PiperShared.deterministic()
        let alone = try await piper.synthesize("Yes.", options: SynthesisOptions())
        try await withThrowingTaskGroup(of: SynthesizedSpeech.self) { group in
            for _ in 0..<20 { group.addTask { try await piper.synthesize("Yes.", options: SynthesisOptions()) } }
            for try await speech in group { #expect(speech == alone) }
        }
    }
}

/// One voice for all tests of the process: loading takes half a second.
enum PiperShared {
    private static let quiet = Task { () async -> Result<PiperSynthesizer, any Error> in await load(true) }
    private static let loud = Task { () async -> Result<PiperSynthesizer, any Error> in await load(false) }

    static func deterministic() async throws -> PiperSynthesizer { try await quiet.value.get() }
    static func lively() async throws -> PiperSynthesizer { try await loud.value.get() }

    private static func load(_ isDeterministic: Bool) async -> Result<PiperSynthesizer, any Error> {
        do {
            return .success(
                try await PiperSynthesizer(
                    runtime: ONNXTestParts.runtime(), folder: PiperGolden.voice, espeak: PiperGolden.espeak(),
                    isDeterministic: isDeterministic))
        } catch {
            return .failure(error)
        }
    }
}
