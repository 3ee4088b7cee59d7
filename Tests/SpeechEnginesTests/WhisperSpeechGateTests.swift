import SpeechEngines
import Synchronization
import Testing
import VoicePipeline

/// The gate with the real detector in front of the real recognizer.
@Suite struct WhisperSpeechGateTests {
    @Test func letsSpeechThroughAndNothingElse() async throws {
        let runtime = try ONNXTestParts.runtime()
        let gate = SpeechGate(
            try WhisperRecognizer(runtime: runtime, folder: ONNXTestParts.whisperFolder),
            detector: try SileroVAD(runtime: runtime, model: ONNXTestParts.sileroModel))
        for clip in ["goforward.raw", "something.raw", "cards/003.wav", "numbers.raw"] {
            let transcript = try await gate.transcribe(try SpeechClips.samples(clip), options: RecognitionOptions())
            #expect(!transcript.text.isEmpty)
        }
        for samples in [[], [Float](repeating: 0, count: 16000), SpeechClips.noise(48000), SpeechClips.noise(300)] {
            let transcript = try await gate.transcribe(samples, options: RecognitionOptions())
            #expect(transcript.text.isEmpty)
            #expect(transcript.noSpeechProbability == 1)
        }
    }
}
