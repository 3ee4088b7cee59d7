import VoicePipeline

/// Speech recognition with Moonshine: an English model whose work grows with the audio's length and not by half minutes.
///
/// It has no language to choose, no prompt, no times and no temperature; asked for these it does without, but for another
/// language or a translation, which it refuses. It invents text for silence and noise: a `SpeechGate` belongs in front.
public final class MoonshineRecognizer: SpeechRecognizer {
    /// What a model's folder holds.
    public static let files = ["encoder_model.ort", "decoder_model_merged.ort", "tokenizer.bin"]

    public let name: String
    private let model: MoonshineModel
    private let worker: EngineWorker

    /// Loads a model.
    /// - Parameters:
    ///   - runtime: computes the graphs, with its shared threads.
    ///   - folder: holds `files`; its name becomes the model's.
    ///   - capacity: utterances that may wait before callers hear `.busy`.
    /// - Throws: `.unavailable` when a file is missing, damaged, or does not fit the others.
    public init(runtime: ONNXRuntime, folder: String, capacity: Int = 8) throws(EngineError) {
        model = try MoonshineModel(runtime, folder: folder)
        name = String(folder.split(separator: "/").last ?? "moonshine")
        worker = try EngineWorker(name: "moonshine", capacity: capacity)
    }

    /// Transcribes one utterance.
    /// - Parameter samples: mono, 16 kHz, -1…1; audio beyond 24 s is cut at its quietest place.
    /// - Throws: `.invalidInput` for samples that are not finite, another language than English, or a translation.
    public func transcribe(
        _ samples: [Float], options: RecognitionOptions = RecognitionOptions()
    ) async throws(EngineError) -> Transcript {
        if let language = options.language, language != "en" {
            throw .invalidInput("\(name) understands only English (en), not \(language)")
        }
        guard options.task == .transcribe else {
            throw .invalidInput("\(name) does not translate; it writes English speech down")
        }
        return try await worker.run(priority: options.priority) { [model] cancellation throws(EngineError) in
            guard samples.allSatisfy(\.isFinite) else {
                throw .invalidInput("the samples hold values that are not finite")
            }
            var tokens: [Int] = []
            var texts: [String] = []
            var logProbability: Float = 0
            for part in MoonshineLimits.parts(samples) where !part.isEmpty {
                let heard = try model.runtime.pool.with(.alone, cancellation) { () throws(EngineError) in
                    try Self.tokens(of: Array(part), model, cancellation)
                }
                let text = model.tokens.text(heard.tokens).trimmingWhitespace
                if !text.isEmpty { texts.append(text) }
                tokens += heard.tokens
                logProbability += heard.logProbability
            }
            let text = texts.joined(separator: " ")
            return Transcript(
                text: text, averageLogProbability: text.isEmpty ? 0 : logProbability / Float(tokens.count + 1),
                tokenCount: tokens.count)
        }
    }

    private static func tokens(
        of samples: [Float], _ model: MoonshineModel, _ cancellation: EngineCancellation
    ) throws(EngineError) -> (tokens: [Int], logProbability: Float) {
        let limits = MoonshineLimits(samples: samples.count)
        let padded = samples + repeatElement(0, count: max(0, MoonshineLimits.shortest - samples.count))
        let input = try ONNXTensor(model.runtime, padded, shape: [1, padded.count])
        let mask = try ONNXTensor(model.runtime, shape: [1, padded.count], repeating: Int64(1))
        let hidden = try model.encoder.run(
            ["input_values": input, "attention_mask": mask], outputs: ["last_hidden_state"],
            cancellation: cancellation)
        guard let hidden = hidden.first else { return ([], 0) }
        let decoder = try MoonshineDecoder(model, hidden: hidden, mask: mask, room: limits.maxTokens + 1)
        let repetition = RepetitionGuard(duration: limits.duration)
        var tokens: [Int] = []
        var sum: Float = 0
        var next = MoonshineTokens.start
        while tokens.count < limits.maxTokens {
            try cancellation.check()
            let (token, logProbability) = try best(decoder.run(next))
            sum += logProbability
            guard token != MoonshineTokens.end else { break }
            tokens.append(token)
            if repetition.cut(&tokens) { break }
            next = token
        }
        return (tokens, sum)
    }

    private static func best(_ logits: ONNXTensor) throws(EngineError) -> (Int, Float) {
        try logits.withElements(of: Float.self) { elements throws(EngineError) in
            var token = 0
            for index in elements.indices where elements[index] > elements[token] { token = index }
            return (token, Softmax.logProbability(of: token, UnsafeBufferPointer(elements)))
        }
    }
}
