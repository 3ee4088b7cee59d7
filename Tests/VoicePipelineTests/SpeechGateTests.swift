import Synchronization
import Testing
import VoicePipeline

@Suite struct SpeechGateTests {
    /// Takes the first sample of each frame of four as its probability.
    private struct Detector: VoiceActivityDetector {
        var frameLength: Int { 4 }
        func makeStream() -> any VoiceActivityStream { Stream() }
        struct Stream: VoiceActivityStream {
            func process(_ samples: [Float]) -> [Float] {
                stride(from: 0, to: samples.count - 3, by: 4).map { samples[$0] }
            }
            func reset() {}
        }
    }

    private struct Recognizer: SpeechRecognizer {
        var name: String { "scripted" }
        func transcribe(_ samples: [Float], options: RecognitionOptions) -> Transcript {
            Transcript(text: "\(samples.count) samples", language: options.language ?? "en")
        }
    }

    private let gate = SpeechGate(Recognizer(), detector: Detector())

    private func frames(_ probabilities: [Float]) -> [Float] {
        probabilities.flatMap { [$0, 0, 0, 0] }
    }

    @Test func threeFramesOfVoiceOpenIt() async throws {
        let samples = frames([0.1, 0.9, 0.2, 0.51, 0.3, 0.8])
        let transcript = try await gate.transcribe(samples, options: RecognitionOptions(language: "de"))
        #expect(transcript.text == "24 samples")
        #expect(transcript.language == "de")
    }

    @Test func twoFramesDoNot() async throws {
        let samples = frames([Float](repeating: 0.5, count: 100) + [0.9, 0.9])
        let transcript = try await gate.transcribe(samples, options: RecognitionOptions())
        #expect(transcript.text.isEmpty)
        #expect(transcript.noSpeechProbability == 1)
    }

    @Test func framesFarApartCountTogether() async throws {
        let gap = [Float](repeating: 0, count: 60)
        let samples = frames([0.9] + gap + [0.9] + gap + [0.9])
        #expect(try await !gate.transcribe(samples, options: RecognitionOptions()).text.isEmpty)
    }

    @Test func whoKnowsThatThereIsSpeechIsBelieved() async throws {
        let silence = frames([0, 0, 0])
        #expect(try await gate.transcribe(silence, options: RecognitionOptions()).text.isEmpty)
        #expect(try await gate.transcribe(silence, options: RecognitionOptions(holdsSpeech: true)).text == "12 samples")
    }

    @Test func keepsTheRecognizersName() {
        #expect(gate.name == "scripted")
    }
}
