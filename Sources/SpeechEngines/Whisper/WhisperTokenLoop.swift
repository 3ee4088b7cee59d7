/// Greedy decoding of one utterance, apart from the graphs: it is told each chosen token and says what to do next.
///
///     prompt ──► take ──► .feed(token) ──► take ──► … ──► .finish
///
/// It ends at the end-of-text token, at the limit of tokens, or when the decoder goes round in circles.
package struct WhisperTokenLoop: Equatable, Sendable {
    package enum Action: Equatable, Sendable {
        /// Run the decoder with this token and hand over what it chooses.
        case feed(Int)
        case finish
    }

    /// Text tokens so far.
    package private(set) var tokens: [Int] = []

    private let endOfText: Int
    /// Text tokens at most.
    package let maxTokens: Int
    private let repetition: RepetitionGuard
    private var logProbabilities: [Float] = []
    /// Whether the decoder itself ended the text.
    package private(set) var reachedEnd = false

    /// - Parameters:
    ///   - limits: of the audio.
    ///   - endOfText: the token that ends the text; tokens above it are not text either.
    ///   - room: positions of the decoder that the prompt leaves.
    package init(limits: WhisperLimits, endOfText: Int, room: Int) {
        self.endOfText = endOfText
        maxTokens = max(0, min(limits.maxTokens, room))
        repetition = RepetitionGuard(duration: limits.duration)
    }

    /// Takes the token that the decoder chose.
    /// - Parameter logProbability: natural logarithm of the token's probability.
    package mutating func take(_ token: Int, logProbability: Float) -> Action {
        guard token < endOfText, token >= 0 else {
            reachedEnd = true
            logProbabilities.append(logProbability)
            return .finish
        }
        guard tokens.count < maxTokens else { return .finish }
        tokens.append(token)
        logProbabilities.append(logProbability)
        if repetition.cut(&tokens) {
            logProbabilities.removeLast(logProbabilities.count - tokens.count)
            return .finish
        }
        return tokens.count < maxTokens ? .feed(token) : .finish
    }

    /// Takes tokens off the end that turned out not to be said.
    package mutating func drop(_ count: Int) {
        let dropped = min(max(count, 0), tokens.count)
        logProbabilities.removeSubrange(tokens.count - dropped..<min(tokens.count, logProbabilities.count))
        tokens.removeLast(dropped)
    }

    /// Natural logarithm of the probability of each text token.
    package var tokenLogProbabilities: [Float] { Array(logProbabilities.prefix(tokens.count)) }

    /// Mean over the text tokens and, if it was reached, the end-of-text token; 0 for none.
    package var averageLogProbability: Float {
        logProbabilities.isEmpty ? 0 : logProbabilities.reduce(0, +) / Float(logProbabilities.count)
    }
}
