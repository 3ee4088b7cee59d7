import SpeechEngines
import VoicePipeline

/// What the speech gate costs in front of a recognizer.
struct Gate {
    let detector: SileroVAD

    func run(_ clips: [Clip]) async throws {
        struct Nothing: SpeechRecognizer {
            var name: String { "nothing" }
            func transcribe(_ samples: [Float], options: RecognitionOptions) -> Transcript { Transcript(text: "") }
        }
        let gate = SpeechGate(Nothing(), detector: detector)
        var times = Times()
        for _ in 0..<5 {
            for clip in clips {
                var cost = Cost()
                _ = try await cost.measure { try await gate.transcribe(clip.samples, options: RecognitionOptions()) }
                times.all.append(cost.wall)
            }
        }
        say("gate alone: \(times)")
    }
}
