import SpeechEngines
import Testing
import VoicePipeline

/// Recognition with drafts: the text must not depend on them.
///
/// On the exact graphs the tokens are the same whatever the draft. With 8-bit products a token's rounding depends a
/// little on those that share its run, which turns near ties: those texts are not compared.
@Suite struct WhisperDraftedTests {
    private static func load(_ precision: WhisperPrecision) -> Result<WhisperRecognizer, any Error> {
        Result {
            try WhisperRecognizer(
                runtime: try ONNXTestParts.runtime(), folder: ONNXTestParts.whisperFolder, precision: precision)
        }
    }
    private static let exact = load(.fp32)
    private static let small = load(.int8)

    private func expectSame(_ with: Transcript, _ without: Transcript) {
        #expect(with.text == without.text)
        #expect(with.draft == without.draft)
        #expect(with.tokenCount == without.tokenCount)
        #expect(abs(with.averageLogProbability - without.averageLogProbability) < 1e-3)
        #expect(with.noSpeechProbability == without.noSpeechProbability)
    }

    @Test func theTextIsThatWithoutADraft() async throws {
        let recognizer = try Self.exact.get()
        let other = try await recognizer.transcribe(try SpeechClips.samples("goforward.raw")).draft?.tokens ?? []
        for name in ["something.raw", "cards/003.wav"] {
            let samples = try SpeechClips.samples(name)
            let without = try await recognizer.transcribe(samples)
            let tokens = try #require(without.draft?.tokens)
            #expect(tokens.count == without.tokenCount)
            let drafts = [
                tokens, Array(tokens.dropLast()), tokens + tokens, other, [tokens[0]] + other, [],
                [-1] + tokens, tokens.prefix(1) + [50_256, .max], (0..<500).map { $0 * 97 % 50_000 },
            ]
            for draft in drafts {
                let options = RecognitionOptions(draft: RecognitionDraft(tokens: draft))
                expectSame(try await recognizer.transcribe(samples, options: options), without)
            }
        }
    }

    @Test func eachLookDraftsTheNext() async throws {
        let recognizer = try Self.exact.get()
        let samples = try SpeechClips.samples("something.raw")
        var draft: RecognitionDraft?
        for end in stride(from: 8_000, through: samples.count, by: 12_000) {
            let heard = Array(samples[..<end])
            let with = try await recognizer.transcribe(heard, options: RecognitionOptions(draft: draft))
            expectSame(with, try await recognizer.transcribe(heard))
            draft = with.draft
        }
        #expect(draft != nil)
    }

    @Test func noDraftMakesSpeechOfSilence() async throws {
        let recognizer = try Self.small.get()
        let draft = try await recognizer.transcribe(try SpeechClips.samples("goforward.raw")).draft
        let options = RecognitionOptions(draft: draft)
        for samples in [[], [Float](repeating: 0, count: 16_000), SpeechClips.noise(48_000)] {
            let without = try await recognizer.transcribe(samples)
            #expect(try await recognizer.transcribe(samples, options: options) == without)
            #expect(without.text.isEmpty && without.draft == nil)
        }
    }

    @Test func aDraftThatGoesRoundInCirclesIsCutLikeAText() async throws {
        let recognizer = try Self.small.get()
        let samples = Array(try SpeechClips.samples("goforward.raw").prefix(16_000))
        let tokens = try await recognizer.transcribe(samples).draft?.tokens ?? [1]
        let circle = (0..<60).flatMap { _ in tokens }
        let options = RecognitionOptions(draft: RecognitionDraft(tokens: circle))
        let with = try await recognizer.transcribe(samples, options: options)
        #expect(with.tokenCount <= WhisperLimits(samples: samples.count).maxTokens)
        #expect(with.averageLogProbability.isFinite && with.averageLogProbability <= 0)
    }

    @Test func aLongTextIsGuessedInSeveralRuns() async throws {
        let recognizer = try Self.exact.get()
        let long = "librivox/sense_and_sensibility_01_austen_64kb-0870.wav"
        let samples = try SpeechClips.samples(long) + SpeechClips.samples("cards/005.wav")
        let without = try await recognizer.transcribe(samples)
        #expect(without.tokenCount > WhisperDraft.most)
        expectSame(try await recognizer.transcribe(samples, options: RecognitionOptions(draft: without.draft)), without)
    }

    @Test func aLookMakesRoomForAFinalPass() async throws {
        let recognizer = try Self.small.get()
        let long = SpeechClips.noise(320_000)
        let clip = try SpeechClips.samples("goforward.raw")
        // A busy machine may finish the look before the final pass comes; then it is tried again.
        var gaveUp = false
        for _ in 0..<50 where !gaveUp {
            let begun = Latch()
            let look = Task {
                begun.set()
                return try await recognizer.transcribe(long, options: RecognitionOptions(priority: .partial))
            }
            await begun.wait()
            #expect(try await !recognizer.transcribe(clip).text.isEmpty)
            do {
                _ = try await look.value
            } catch EngineError.busy {
                gaveUp = true
            }
        }
        #expect(gaveUp)
    }
}
