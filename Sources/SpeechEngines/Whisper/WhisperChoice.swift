import VoicePipeline

/// Chooses the next token: the likeliest, or one by chance at a temperature above 0.
struct WhisperChoice {
    private let model: WhisperModel
    private var sampler: TokenSampler?

    init(_ model: WhisperModel, _ attempt: WhisperFallback.Attempt) {
        self.model = model
        if attempt.temperature > 0 { sampler = TokenSampler(temperature: attempt.temperature, seed: 0) }
    }

    /// - Returns: the token after one of the row, and the natural logarithm of its probability among those that are
    ///   not suppressed.
    mutating func choose(
        _ result: WhisperDecoder.Result, row: Int
    ) throws(EngineError) -> (token: Int, logProbability: Float) {
        let vocabulary = model.info.vocabulary
        return try result.logits.withElements(of: Float.self) { elements throws(EngineError) in
            let logits = UnsafeBufferPointer(rebasing: elements[row * vocabulary..<(row + 1) * vocabulary])
            return model.suppression.withUnsafeBufferPointer { bias in
                let token = sampler?.draw(logits, bias: bias) ?? result.choices[row]
                return (token: token, logProbability: Softmax.logProbability(of: token, logits, bias: bias))
            }
        }
    }
}
