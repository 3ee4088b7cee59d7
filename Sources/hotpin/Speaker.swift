import VoicePipeline

/// Speaks a whole text, sentence by sentence.
struct Speaker {
    let voice: any SpeechSynthesizer
    let wordsPerMinute: Int

    func speak(_ text: String) async throws(EngineError) -> SynthesizedSpeech {
        var speech = SynthesizedSpeech(samples: [], sampleRate: voice.sampleRate)
        for piece in SentenceSplitter.pieces(of: text) {
            speech.samples += try await voice.synthesize(
                piece, options: SynthesisOptions(wordsPerMinute: wordsPerMinute)
            ).samples
        }
        return speech
    }
}
