import VoicePipeline

/// Speech from a Piper voice (VITS) on ONNX Runtime, with phonemes from espeak-ng.
public final class PiperSynthesizer: SpeechSynthesizer {
    public let name: String
    public var sampleRate: Int { voice.configuration.sampleRate }

    private let voice: PiperVoice
    private let phonemizer: ESpeakPhonemizer
    private let worker: EngineWorker
    private let isDeterministic: Bool
    package let pace: PiperPace
    /// Sentences and parts of sound that wait for the voice.
    package var waiting: Int { worker.waiting }

    /// Loads a voice and speaks one sentence with it, which warms the model and measures the voice's pace.
    /// - Parameters:
    ///   - folder: see `PiperVoice`; its last part names the voice.
    ///   - threads: syntheses that run at once, each on one thread.
    ///   - capacity: sentences and parts of sound that may wait.
    ///   - isDeterministic: without the random variation that makes a voice lively; the same text then always gives
    ///     the same samples.
    /// - Throws: `.unavailable` that names the file or data that is missing or damaged.
    public init(
        runtime: ONNXRuntime, folder: String, espeak: ESpeak, threads: Int = 1, capacity: Int = 32,
        isDeterministic: Bool = false
    ) async throws(EngineError) {
        let worker = try EngineWorker(name: "piper", threads: threads, capacity: capacity)
        let voice = try await worker.run { _ throws(EngineError) in try PiperVoice(runtime, folder: folder) }
        let phonemizer = ESpeakPhonemizer(espeak, voice: voice.configuration.phonemeVoice)
        let symbols = voice.configuration.symbols
        let ids = PhonemeEncoder.ids(of: try await phonemizer.phonemes(of: PiperPace.sentence), symbols: symbols)
        let samples = try await worker.run { cancellation throws(EngineError) in
            let latents = try voice.latents(
                of: ids, scales: PiperScales(noise: 0, length: 1, width: 0), cancellation: cancellation)
            // In parts, or the decoder would keep the memory of a whole sentence for good.
            var parts = PiperParts(sentences: [latents.frames], context: voice.layout.decoderContext)
            var samples: [Float] = []
            while let part = parts.next {
                samples += try voice.audio(of: latents, frames: part.frames, cancellation: cancellation)
                parts.advance()
            }
            return samples
        }
        self.pace = PiperPace(
            samples: samples, sampleRate: voice.configuration.sampleRate, idCount: ids.count, hop: voice.layout.hop)
        self.voice = voice
        self.phonemizer = phonemizer
        self.worker = worker
        self.isDeterministic = isDeterministic
        name = folder.split(separator: "/").last.map(String.init) ?? "piper"
    }

    /// Works out every sentence of the text; between two, a cancelled task is noticed.
    public func prepare(
        _ text: String, options: SynthesisOptions
    ) async throws(EngineError) -> any PreparedSpeech {
        try SynthesisInput.check(text, options)
        let voice = voice
        let scales = PiperScales(
            noise: isDeterministic ? 0 : voice.configuration.noiseScale,
            length: pace.lengthScale(wordsPerMinute: options.wordsPerMinute),
            width: isDeterministic ? 0 : voice.configuration.noiseWidth)
        var sentences: [PiperLatents] = []
        for sentence in SentenceSplitter.pieces(of: text) {
            let spoken = phonemizer.isEnglish ? SpokenForm.english(sentence) : sentence
            for ids in try await self.ids(of: spoken) {
                let latents = try await worker.run(priority: options.priority) { cancellation throws(EngineError) in
                    try voice.latents(of: ids, scales: scales, cancellation: cancellation)
                }
                sentences.append(latents)
            }
        }
        return PiperSpeech(voice, on: worker, sentences: sentences, gain: pace.gain)
    }

    /// What the model takes for a sentence: one list, or several where it would be very long.
    package func ids(of sentence: String) async throws(EngineError) -> [[Int64]] {
        let phonemes = try await phonemizer.phonemes(of: sentence)
        guard phonemes.contains(where: \.properties.isAlphabetic) else { return [] }
        let symbols = voice.configuration.symbols
        // A symbol and its pad are two ids; three more frame them.
        return PhonemePieces.pieces(of: phonemes, maximum: PiperVoice.maximumIDs / 2 - 2).map { piece in
            PhonemeEncoder.ids(of: piece, symbols: symbols)
        }
    }
}
