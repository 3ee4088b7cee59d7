import VoicePipeline

/// Speech recognition with Whisper on graphs made by `Tools/convert_whisper`.
///
/// One model, shared by a few streams; each stream works on one utterance at a time, on a thread of its own. A look at
/// an utterance that goes on makes room for a final pass: see `EngineSchedule`.
public final class WhisperRecognizer: SpeechRecognizer {
    /// Audio whose no-speech probability is above this gets an empty transcript.
    public static let noSpeechThreshold: Float = 0.8

    private let model: WhisperModel
    private let worker: EngineWorker
    private let streams: Guarded<[WhisperStream]>

    /// Loads a model.
    /// - Parameters:
    ///   - runtime: computes the graphs, with its shared threads.
    ///   - folder: holds the converted model.
    ///   - precision: which of its graphs to take.
    ///   - streams: utterances that are transcribed at once, 1…8. They share the run-time's threads.
    ///   - capacity: utterances that may wait before callers hear `.busy`.
    /// - Throws: `.unavailable` when a file is missing, damaged, or does not fit the others.
    public init(
        runtime: ONNXRuntime, folder: String, precision: WhisperPrecision = .int8, streams count: Int = 1,
        capacity: Int = 8
    ) throws(EngineError) {
        let model = try WhisperModel(runtime, folder: folder, precision: precision)
        let count = min(max(count, 1), 8)
        var streams: [WhisperStream] = []
        for _ in 0..<count { streams.append(try WhisperStream(model)) }
        self.model = model
        self.streams = Guarded(streams)
        worker = try EngineWorker(name: "whisper", threads: count, capacity: capacity)
    }

    /// Name of the model, such as `whisper-tiny.en`.
    public var name: String { model.info.name }

    /// Transcribes one utterance.
    /// - Parameters:
    ///   - samples: mono, 16 kHz, -1…1; 0 to 30 s.
    ///   - options: a language is only understood by a multilingual model; nil stands for English. A draft that is
    ///     none of this model's does no harm.
    /// - Returns: the transcript; its text is empty when nothing was said.
    /// - Throws: `.invalidInput` for audio beyond 30 s, samples that are not finite, or a language the model lacks.
    public func transcribe(
        _ samples: [Float], options: RecognitionOptions = RecognitionOptions()
    ) async throws(EngineError) -> Transcript {
        guard samples.count <= WhisperLimits.maxSamples else {
            throw .invalidInput(
                "the audio is \(samples.count / WhisperLimits.sampleRate) s long; one pass takes at most 30 s")
        }
        let language = options.language ?? "en"
        let prompt = try model.info.prompt(language: language)
        return try await worker.run(priority: options.priority) { [self] cancellation throws(EngineError) in
            guard samples.allSatisfy(\.isFinite) else {
                throw .invalidInput("the samples hold values that are not finite")
            }
            // There are as many streams as threads, so one is always free.
            guard let stream = streams.withLock({ $0.popLast() }) else { throw .busy }
            defer { streams.withLock { $0.append(stream) } }
            return try stream.transcribe(
                samples, prompt: prompt, draft: options.draft, language: language,
                noSpeechThreshold: Self.noSpeechThreshold, cancellation)
        }
    }
}
