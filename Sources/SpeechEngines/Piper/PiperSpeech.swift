import VoicePipeline

/// A text that a Piper voice has worked out, and whose sound is made as it is asked for.
actor PiperSpeech: PreparedSpeech {
    nonisolated let count: Int
    nonisolated var sampleRate: Int { voice.configuration.sampleRate }

    private let voice: PiperVoice
    private let worker: EngineWorker
    private let sentences: [PiperLatents]
    private var parts: PiperParts
    private var level: SpeechLevel

    /// - Parameters:
    ///   - sentences: what is to be heard, in order.
    ///   - gain: see `SpeechLevel`.
    init(_ voice: PiperVoice, on worker: EngineWorker, sentences: [PiperLatents], gain: Float) {
        self.voice = voice
        self.worker = worker
        self.sentences = sentences
        parts = PiperParts(sentences: sentences.map(\.frames), context: voice.layout.decoderContext)
        level = SpeechLevel(gain: gain, sampleRate: voice.configuration.sampleRate)
        count = sentences.reduce(0) { $0 + $1.frames } * voice.layout.hop
    }

    /// A part whose making fails or is cancelled is made again by the next call.
    func next(priority: EnginePriority) async throws(EngineError) -> [Float]? {
        while let part = parts.next {
            var rest = parts
            rest.advance()
            let isLast = rest.next == nil
            let (voice, latents, level) = (voice, sentences[part.sentence], level)
            let (samples, after) = try await worker.run(priority: priority) { cancellation throws(EngineError) in
                var level = level
                let samples = try voice.audio(of: latents, frames: part.frames, cancellation: cancellation)
                return (level.next(samples, isLast: isLast), level)
            }
            parts = rest
            self.level = after
            if !samples.isEmpty { return samples }
        }
        return nil
    }
}
