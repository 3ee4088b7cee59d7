import Glibc
import VoicePipeline

/// Speech recognition with Whisper on graphs made by `Tools/convert_whisper`.
///
/// One model, shared by a few streams; each stream works on one utterance at a time, on a thread of its own. A look at
/// an utterance that goes on makes room for a final pass, requests pause for it, and background work for everything else:
/// see `EngineSchedule`.
public final class WhisperRecognizer: SpeechRecognizer {
    /// Audio whose no-speech probability is above this gets an empty transcript.
    public static let noSpeechThreshold: Float = 0.8

    private let model: WhisperModel
    private let worker: EngineWorker
    /// Streams that nobody uses; made when they are first needed.
    private let streams: Guarded<[WhisperStream]>

    /// Loads a model.
    /// - Parameters:
    ///   - runtime: computes the graphs, with its shared threads.
    ///   - folder: holds the converted model.
    ///   - precision: which of its graphs to take.
    ///   - streams: utterances that are transcribed at once, 1…8. They share the run-time's threads.
    ///   - beside: further ones of requests, and as many of background work, 0…8, on threads of their own. Two at once
    ///     use two cores better than one pass can by itself.
    ///   - capacity: utterances that may wait before callers hear `.busy`.
    /// - Throws: `.unavailable` when a file is missing, damaged, or does not fit the others.
    public init(
        runtime: ONNXRuntime, folder: String, precision: WhisperPrecision = .int8, streams count: Int = 1,
        beside: Int = 2, capacity: Int = 8
    ) throws(EngineError) {
        let model = try WhisperModel(runtime, folder: folder, precision: precision)
        self.model = model
        streams = Guarded([try WhisperStream(model)])
        worker = try EngineWorker(
            name: "whisper", threads: min(max(count, 1), 8), beside: min(max(beside, 0), 8), capacity: capacity)
    }

    /// Name of the model, such as `whisper-tiny.en`.
    public var name: String { model.info.name }

    /// Transcribes one utterance.
    /// - Parameters:
    ///   - samples: mono, 16 kHz, -1…1; 0 to 30 s.
    ///   - options: no language lets a multilingual model find out. A draft that is none of this model's does no harm.
    /// - Returns: the transcript; its text is empty when nothing was said.
    /// - Throws: `.invalidInput` for audio beyond 30 s, samples that are not finite, a language or task that the model
    ///   lacks, or a temperature outside 0…1; `.unavailable` for times of a model that was converted without them.
    public func transcribe(
        _ samples: [Float], options: RecognitionOptions = RecognitionOptions()
    ) async throws(EngineError) -> Transcript {
        guard samples.count <= WhisperLimits.maxSamples else {
            throw .invalidInput(
                "the audio is \(samples.count / WhisperLimits.sampleRate) s long; one pass takes at most 30 s")
        }
        let language = try model.info.language(options.language)
        try model.info.check(options.task)
        if let temperature = options.temperature, !(0...1).contains(temperature) {
            throw .invalidInput("the temperature is \(temperature); it must be 0 to 1")
        }
        // Without segments a caller still has the text; without words he has not what he asked for.
        guard options.timing < .words || model.knowsTimes else {
            throw .unavailable("\(name) was converted before there were times of words: run scripts/setup.sh")
        }
        return try await worker.run(priority: options.priority) { [self] cancellation throws(EngineError) in
            guard samples.allSatisfy(\.isFinite) else {
                throw .invalidInput("the samples hold values that are not finite")
            }
            let stream = try takeStream()
            defer { streams.withLock { $0.append(stream) } }
            return try stream.transcribe(
                samples,
                WhisperRequest(
                    language: language, context: model.context(options), options: options,
                    wantsTimes: options.timing >= .segments && model.knowsTimes,
                    keepsQueries: (options.timing >= .segments || options.effort == .careful) && model.knowsTimes),
                noSpeechThreshold: Self.noSpeechThreshold, cancellation)
        }
    }

    /// There are never more than threads.
    private func takeStream() throws(EngineError) -> WhisperStream {
        if let stream = streams.withLock({ $0.popLast() }) { return stream }
        return try WhisperStream(model)
    }

    /// What is known of a converted model before it is loaded.
    /// - Parameter folder: holds its `model.json`.
    /// - Throws: `.unavailable` when that is missing or damaged.
    public static func describe(folder: String) throws(EngineError) -> RecognitionModel {
        let path = "\(folder)/model.json"
        let info = try WhisperModelInfo(json: BoundedFile.read(path, limit: 1 << 20), path: path)
        var status = stat()
        let created = stat(path, &status) == 0 ? status.st_mtim.tv_sec : 0
        return RecognitionModel(
            name: info.name, engine: "whisper", path: folder,
            languages: info.multilingual ? info.languages.keys.sorted() : ["en"], canTranslate: info.multilingual,
            created: created)
    }
}
