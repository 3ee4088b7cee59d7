import VoicePipeline

/// Speech recognition with a Vosk model: Kaldi's networks and graphs, in one language, on any processor.
///
/// Sound goes through it once. A look at an utterance that goes on gives only what is new to the stream of the look before,
/// which the draft names; the final pass takes the stream over and ends it. A draft that fits nothing costs time only.
///
/// It has no prompt, no translation and no temperature; asked for a prompt or a temperature it does without.
public final class VoskRecognizer: SpeechRecognizer {
    /// Utterances whose streams are kept between two looks; each takes a few megabytes.
    private static let mostUtterances = 16

    public let name: String
    /// ISO 639-1 code; nil for a model whose name says none.
    public let language: String?
    private let model: VoskModel
    private let worker: EngineWorker
    private let utterances = Guarded(VoskUtterances<VoskStream>(capacity: mostUtterances))

    /// Loads a model; takes seconds.
    /// - Parameters:
    ///   - library: the path of libvosk.
    ///   - folder: the unpacked model.
    ///   - threads: utterances that are worked on at once, beside one request and one window of a long recording.
    ///   - capacity: utterances that may wait before callers hear `.busy`.
    /// - Throws: `.unavailable` when the library or a file is missing or damaged.
    public init(library: String, folder: VoskFolder, threads: Int = 1, capacity: Int = 8) throws(EngineError) {
        name = folder.name
        language = folder.language
        // Before the library is opened, which has 25 MB.
        try folder.check()
        model = try VoskModel(VoskLibrary(path: library), folder: folder)
        worker = try EngineWorker(name: "vosk", threads: threads, beside: 1, capacity: capacity)
    }

    /// Transcribes one utterance.
    /// - Parameter samples: mono, 16 kHz, -1…1; any length.
    /// - Throws: `.invalidInput` for samples that are not finite, another language than the model's, or a translation.
    public func transcribe(
        _ samples: [Float], options: RecognitionOptions = RecognitionOptions()
    ) async throws(EngineError) -> Transcript {
        if let asked = options.language, let language, asked != language {
            throw .invalidInput("\(name) understands only \(LanguageName.name(of: language) ?? language), not \(asked)")
        }
        guard options.task == .transcribe else {
            throw .invalidInput("\(name) does not translate; take a multilingual Whisper model for that")
        }
        return try await worker.run(priority: options.priority) { [self] cancellation throws(EngineError) in
            guard samples.allSatisfy(\.isFinite) else {
                throw .invalidInput("the samples hold values that are not finite")
            }
            return options.priority == .partial
                ? try look(samples, options, cancellation) : try finish(samples, options, cancellation)
        }
    }

    private func look(
        _ samples: [Float], _ options: RecognitionOptions, _ cancellation: EngineCancellation
    ) throws(EngineError) -> Transcript {
        let (stream, number) = try stream(of: samples, options.draft)
        do throws(EngineError) {
            try stream.take(samples, isWhole: false, cancellation)
        } catch {
            // What was taken needs not be taken again, if the caller knows its number.
            if error == .busy, number != nil { keep(stream, number) }
            throw error
        }
        let text = try stream.textSoFar()
        return Transcript(
            text: text, language: language ?? options.language ?? Self.unknown, tokenCount: Self.words(text),
            draft: RecognitionDraft(tokens: [keep(stream, number)]))
    }

    private func finish(
        _ samples: [Float], _ options: RecognitionOptions, _ cancellation: EngineCancellation
    ) throws(EngineError) -> Transcript {
        let (stream, _) = try stream(of: samples, options.draft)
        try stream.take(samples, isWhole: true, cancellation)
        let results = try stream.finish()
        let count = results.reduce(0) { $0 + $1.words.count }
        let sum = results.reduce(0) { $0 + $1.logProbability }
        let length = Double(samples.count) / 16_000
        return Transcript(
            text: results.map(\.text).joined(separator: " "), language: language ?? options.language ?? Self.unknown,
            averageLogProbability: count > 0 ? sum / Float(count) : 0, tokenCount: count,
            segments: options.timing == .none
                ? [] : results.map { $0.segment(words: options.timing == .words, length: length) })
    }

    /// What `Transcript.language` says of a model whose name says nothing.
    private static let unknown = "unknown"

    /// The stream that a draft names, if it fits; else a new one.
    private func stream(
        of samples: [Float], _ draft: RecognitionDraft?
    ) throws(EngineError) -> (stream: VoskStream, number: Int?) {
        if let number = draft?.tokens.first, let kept = utterances.withLock({ $0.take(number) }),
            kept.isBeginning(of: samples)
        {
            return (kept, number)
        }
        return (try VoskStream(model), nil)
    }

    @discardableResult
    private func keep(_ stream: VoskStream, _ number: Int?) -> Int {
        let (number, dropped) = utterances.withLock { $0.keep(stream, number: number) }
        // Freed here and not under the lock.
        _ = consume dropped
        return number
    }

    private static func words(_ text: String) -> Int { text.split(separator: " ").count }
}
