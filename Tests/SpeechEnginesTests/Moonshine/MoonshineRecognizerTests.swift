import SpeechEngines
import Testing
import VoicePipeline

/// With the real model and human speech.
@Suite struct MoonshineRecognizerTests {
    static let folder = ONNXTestParts.models + "/moonshine-tiny-en"

    private let recognizer: MoonshineRecognizer

    init() throws {
        recognizer = try MoonshineRecognizer(runtime: ONNXTestParts.runtime(), folder: Self.folder)
    }

    @Test func understandsSpeech() async throws {
        let transcript = try await recognizer.transcribe(SpeechClips.samples("goforward.raw"))
        let words = transcript.text.lowercased()
        #expect(words.contains("forward") && words.contains("meters"))
        #expect((0.3...1).contains(transcript.confidence))
        #expect(transcript.language == "en" && transcript.tokenCount > 3)
    }

    @Test func longAudioIsUnderstoodToItsEnd() async throws {
        let clip = try SpeechClips.samples("librivox/sense_and_sensibility_01_austen_64kb-0890.wav")
        let pause = [Float](repeating: 0, count: 8000)
        let samples = (0..<6).flatMap { _ in clip + pause }
        #expect(samples.count > MoonshineLimits.longest)
        let text = try await recognizer.transcribe(samples).text.lowercased()
        #expect(text.split { !$0.isLetter }.count { $0 == "disposed" } >= 5)
    }

    @Test func refusesWhatItCannotDo() async throws {
        let speech = try SpeechClips.samples("goforward.raw")
        await #expect(throws: EngineError.self) {
            try await recognizer.transcribe(speech, options: RecognitionOptions(language: "de"))
        }
        await #expect(throws: EngineError.self) {
            try await recognizer.transcribe(speech, options: RecognitionOptions(task: .translate))
        }
        await #expect(throws: EngineError.self) { try await recognizer.transcribe([.nan]) }
    }

    @Test func takesAudioOfAnyLength() async throws {
        for count in [0, 1, 100, 4000] {
            _ = try await recognizer.transcribe([Float](repeating: 0, count: count))
        }
    }
}
