import AudioCodecs
import SpeechEngines
import Testing
import VoicePipeline

/// What a multilingual model can do more; runs where `scripts/setup.sh --with whisper-base` has been.
@Suite(.enabled(if: ONNXTestParts.exists(ONNXTestParts.models + "/whisper-base/model.json")))
struct WhisperMultilingualTests {
    private static let folder = ONNXTestParts.models + "/whisper-base"
    private static let loaded = Result {
        try WhisperRecognizer(runtime: try ONNXTestParts.runtime(), folder: folder, capacity: 64)
    }
    private let recognizer: WhisperRecognizer

    init() throws {
        recognizer = try Self.loaded.get()
    }

    /// A sentence in a voice of eSpeak NG, 16 kHz.
    private func speech(_ text: String, voice: String) async throws -> [Float] {
        let speech = try await ESpeakSynthesizer(PiperGolden.espeak(), voice: voice)
            .synthesize(text, options: SynthesisOptions(wordsPerMinute: 140))
        return try SoxrResampler().resample(speech.samples, from: speech.sampleRate, to: 16_000)
    }

    @Test(arguments: [
        ("de", "Guten Morgen. Ich möchte heute nach Berlin fahren und meine Schwester besuchen."),
        ("es", "Buenos días. Hoy quiero viajar a Madrid para visitar a mi hermana y a mis amigos."),
    ])
    func findsOutWhatIsSpoken(language: String, text: String) async throws {
        let samples = try await speech(text, voice: language)
        #expect(try await recognizer.transcribe(samples).language == language)
    }

    @Test func translatesIntoEnglish() async throws {
        let text = "Buenos días. Hoy quiero viajar a Madrid para visitar a mi hermana y a mis amigos."
        let samples = try await speech(text, voice: "es")
        let said = try await recognizer.transcribe(samples, options: RecognitionOptions(timing: .words))
        #expect(said.text.lowercased().contains("buenos días"))
        #expect(said.segments.flatMap(\.words).count >= 8)
        let translated = try await recognizer.transcribe(samples, options: RecognitionOptions(task: .translate))
        #expect(translated.language == "es")
        // The voice is a machine's; this word is understood.
        #expect(translated.text.lowercased().contains("today"))
    }

    @Test func findsOutThatEnglishIsSpoken() async throws {
        for clip in ["goforward.raw", "something.raw"] {
            let samples = try SpeechClips.samples(clip)
            let found = try await recognizer.transcribe(samples)
            #expect(found.language == "en")
            #expect(
                found == (try await recognizer.transcribe(samples, options: RecognitionOptions(language: "English"))))
        }
    }

    @Test func isDescribed() throws {
        let model = try WhisperRecognizer.describe(folder: Self.folder)
        #expect(model.languages.count == 99 && model.languages.contains("de") && model.canTranslate)
    }

    @Test func namesTheLanguagesItKnows() async throws {
        await #expect {
            try await recognizer.transcribe([], options: RecognitionOptions(language: "klingon"))
        } throws: { error in
            guard case .invalidInput(let text) = error as? EngineError else { return false }
            return text.contains("klingon") && text.contains("de, ")
        }
    }
}
