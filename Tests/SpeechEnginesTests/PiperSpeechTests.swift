import SpeechEngines
import Testing
import VoicePipeline

@Suite struct PiperSpeechTests {
    private let text = "Tomorrow morning it will be cloudy, with a little rain in the afternoon. Take a coat with you."

    @Test func partsAreTogetherAsLongAsPromised() async throws {
        let piper = try await PiperShared.lively()
        let speech = try await piper.prepare(text, options: SynthesisOptions())
        #expect(speech.count > 4 * piper.sampleRate)
        var sizes: [Int] = []
        while let part = try await speech.next(priority: .turn) {
            #expect(!part.isEmpty && part.allSatisfy { abs($0) < 0.951 })
            sizes.append(part.count)
        }
        #expect(sizes.reduce(0, +) == speech.count)
        #expect(sizes.count > 4)
        // The first one is there soon: 0.3 s of sound.
        #expect(sizes[0] < piper.sampleRate * 3 / 10)
        #expect(try await speech.next(priority: .turn) == nil)
    }

    @Test func partsAreTogetherTheWhole() async throws {
        let piper = try await PiperShared.deterministic()
        let voice = try PiperVoice(ONNXTestParts.runtime(), folder: PiperGolden.voice)
        let scales = PiperScales(
            noise: 0, length: piper.pace.lengthScale(wordsPerMinute: SynthesisOptions().wordsPerMinute), width: 0)
        var whole: [Float] = []
        for sentence in SentenceSplitter.pieces(of: text) {
            for ids in try await piper.ids(of: sentence) {
                let latents = try voice.latents(of: ids, scales: scales, cancellation: nil)
                whole += try voice.audio(of: latents, frames: 0..<latents.frames, cancellation: nil)
            }
        }
        let spoken = try await all(piper.prepare(text, options: SynthesisOptions()))
        #expect(spoken.count == whole.count)
        let difference = zip(spoken, whole).map { abs($0 - $1 * piper.pace.gain) }.max() ?? 1
        #expect(difference < 1e-4)
    }

    @Test(arguments: ["", "🎉", "..."])
    func nothingToPronounceHasNoParts(text: String) async throws {
        let speech = try await PiperShared.deterministic().prepare(text, options: SynthesisOptions())
        #expect(speech.count == 0)
        #expect(try await speech.next(priority: .turn) == nil)
    }

    @Test func aCancelledPartIsMadeAgain() async throws {
        let piper = try await PiperShared.deterministic()
        let expected = try await all(piper.prepare(text, options: SynthesisOptions()))
        let speech = try await piper.prepare(text, options: SynthesisOptions())
        let first = try #require(try await speech.next(priority: .turn))
        let cancelled = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await speech.next(priority: .turn)
        }
        cancelled.cancel()
        await #expect(throws: EngineError.cancelled) { try await cancelled.value }
        #expect(try await first + all(speech) == expected)
    }

    @Test func preparingIsCancelled() async throws {
        let piper = try await PiperShared.deterministic()
        let text = text
        let cancelled = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await piper.prepare(text, options: SynthesisOptions()).count
        }
        cancelled.cancel()
        await #expect(throws: EngineError.cancelled) { try await cancelled.value }
    }

    @Test func firstSoundGoesBeforeLaterPartsOfOthers() async throws {
        let piper = try await PiperSynthesizer(
            runtime: ONNXTestParts.runtime(), folder: PiperGolden.voice, espeak: PiperGolden.espeak(),
            isDeterministic: true)
        // Others are in the middle of long answers, each with a part that waits.
        var others: [any PreparedSpeech] = []
        for _ in 0..<8 {
            others.append(try await piper.prepare(text + " " + text, options: SynthesisOptions()))
        }
        try await withThrowingTaskGroup(of: EnginePriority.self) { group in
            for other in others {
                group.addTask {
                    while try await other.next(priority: .continuation) != nil {}
                    return .continuation
                }
            }
            while piper.waiting < others.count / 2 { await Task.yield() }
            group.addTask {
                let speech = try await piper.prepare("Yes.", options: SynthesisOptions())
                _ = try await speech.next(priority: .turn)
                return .turn
            }
            let first = try await group.next()
            #expect(first == .turn)
            for try await _ in group {}
        }
    }

    private func all(_ speech: any PreparedSpeech) async throws -> [Float] {
        var samples: [Float] = []
        while let part = try await speech.next(priority: .turn) { samples += part }
        return samples
    }
}
