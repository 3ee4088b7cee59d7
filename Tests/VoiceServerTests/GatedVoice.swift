import VoicePipeline

/// A voice that says when it was asked, and speaks only when cancelled.
final class GatedVoice: WholeSynthesizer {
    let name = "gated-voice"
    let sampleRate = 16_000
    let asked = Latch()

    func synthesize(_ text: String, options: SynthesisOptions) async throws(EngineError) -> SynthesizedSpeech {
        asked.set()
        await Latch().wait()
        throw .cancelled
    }
}
