import SpeechEngines
import VoicePipeline

extension SpeechRecognizer {
    /// Whether a pass ends with `.cancelled` when its task is cancelled soon after it began. A busy machine may give the
    /// canceller its turn only when the work is done; then it is tried again.
    func endsWhenCancelled(_ samples: [Float], options: RecognitionOptions = RecognitionOptions()) async throws -> Bool
    {
        for _ in 0..<20 {
            let begun = Latch()
            let task = Task {
                begun.set()
                return try await transcribe(samples, options: options)
            }
            await begun.wait()
            task.cancel()
            do {
                _ = try await task.value
            } catch EngineError.cancelled {
                return true
            }
        }
        return false
    }
}
