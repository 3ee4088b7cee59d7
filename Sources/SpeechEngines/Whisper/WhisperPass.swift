/// What one decoding of an utterance gave.
package struct WhisperPass: Equatable, Sendable {
    package var tokens: [Int]
    /// Natural logarithm of each token's probability.
    package var logProbabilities: [Float]
    /// Mean of these and of the end of the text, if it was reached; 0 for an empty text.
    package var averageLogProbability: Float
    package var noSpeechProbability: Float
    /// Trimmed.
    package var text: String
    package var temperature: Float
    /// 1 where it was not asked for.
    package var compressionRatio: Float
    /// Whether the text ended by itself and not because it went round in circles or grew too long.
    package var isWhole: Bool
    /// For each token and the end of the text the position of the audio where the decoder turned to it; empty where
    /// times were not asked for.
    package var starts: [Int]

    package init(
        tokens: [Int] = [], logProbabilities: [Float] = [], averageLogProbability: Float = 0,
        noSpeechProbability: Float = 0, text: String = "", temperature: Float = 0, compressionRatio: Float = 1,
        isWhole: Bool = true, starts: [Int] = []
    ) {
        self.tokens = tokens
        self.logProbabilities = logProbabilities
        self.averageLogProbability = averageLogProbability
        self.noSpeechProbability = noSpeechProbability
        self.text = text
        self.temperature = temperature
        self.compressionRatio = compressionRatio
        self.isWhole = isWhole
        self.starts = starts
    }
}
