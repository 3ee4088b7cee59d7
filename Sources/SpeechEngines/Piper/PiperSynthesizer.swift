import VoicePipeline

/// Speech from a Piper voice (VITS) on ONNX Runtime, with phonemes from espeak-ng.
public final class PiperSynthesizer: WholeSynthesizer {
    public let name: String
    public var sampleRate: Int { voice.configuration.sampleRate }

    private let voice: PiperVoice
    private let phonemizer: ESpeakPhonemizer
    private let worker: EngineWorker
    private let isDeterministic: Bool
    package let pace: PiperPace
    /// Sentences that wait for the voice.
    package var waiting: Int { worker.waiting }

    /// Loads a voice and speaks one sentence with it, which warms the model and measures the voice's pace.
    /// - Parameters:
    ///   - folder: holds `voice.onnx` and `voice.onnx.json`; its last part names the voice.
    ///   - threads: syntheses that run at once, each on one thread.
    ///   - capacity: sentences that may wait.
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
        let pace = try await worker.run { cancellation throws(EngineError) in
            let samples = try voice.audio(
                of: ids, scales: PiperScales(noise: 0, length: 1, width: 0), cancellation: cancellation)
            return PiperPace(samples: samples, sampleRate: voice.configuration.sampleRate, idCount: ids.count)
        }
        self.pace = pace
        self.voice = voice
        self.phonemizer = phonemizer
        self.worker = worker
        self.isDeterministic = isDeterministic
        name = folder.split(separator: "/").last.map(String.init) ?? "piper"
    }

    public func synthesize(
        _ text: String, options: SynthesisOptions
    ) async throws(EngineError) -> SynthesizedSpeech {
        try SynthesisInput.check(text, options)
        var speech = SynthesizedSpeech(samples: [], sampleRate: sampleRate, text: text)
        // The model speaks one sentence at a time; between two, a cancelled task is noticed.
        for sentence in SentenceSplitter.pieces(of: text) {
            let spoken = phonemizer.isEnglish ? SpokenForm.english(sentence) : sentence
            for ids in try await self.ids(of: spoken, options: options) {
                speech.samples += try await audio(of: ids, options: options)
            }
        }
        return speech
    }

    /// What the model takes for a sentence: one list, or several where it would be long.
    package func ids(
        of sentence: String, options: SynthesisOptions = SynthesisOptions()
    ) async throws(EngineError) -> [[Int64]] {
        let phonemes = try await phonemizer.phonemes(of: sentence)
        guard phonemes.contains(where: \.properties.isAlphabetic) else { return [] }
        let symbols = voice.configuration.symbols
        let most = pace.idCount(seconds: Self.secondsPerRun, wordsPerMinute: options.wordsPerMinute)
        // A symbol and its pad are two ids; three more frame them.
        let maximum = min(most, PiperVoice.maximumIDs) / 2 - 2
        return PhonemePieces.pieces(of: phonemes, maximum: maximum).map { piece in
            PhonemeEncoder.ids(of: piece, symbols: symbols)
        }
    }

    /// Speech of one run at most: a second of it needs 20 MB.
    private static let secondsPerRun = 8.0
    /// A session keeps the memory of its longest run; beyond this it is told not to.
    private static let secondsKept = 4.0

    private func audio(of ids: [Int64], options: SynthesisOptions) async throws(EngineError) -> [Float] {
        let voice = voice
        let pace = pace
        let scales = PiperScales(
            noise: isDeterministic ? 0 : voice.configuration.noiseScale,
            length: pace.lengthScale(wordsPerMinute: options.wordsPerMinute),
            width: isDeterministic ? 0 : voice.configuration.noiseWidth)
        let kept = pace.idCount(seconds: Self.secondsKept, wordsPerMinute: options.wordsPerMinute)
        return try await worker.run(priority: options.priority) { cancellation throws(EngineError) in
            pace.leveled(
                try voice.audio(
                    of: ids, scales: scales, cancellation: cancellation, releasesMemory: ids.count > kept))
        }
    }
}
