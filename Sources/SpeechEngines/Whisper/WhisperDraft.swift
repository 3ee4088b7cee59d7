import VoicePipeline

/// What an earlier look at the utterance gave, as guesses of what the decoder will choose.
///
/// Guesses cost a fraction of what choosing costs: the decoder is run with several at once, and what it would have
/// chosen itself is kept. Guesses stop for good at the first that is wrong.
package struct WhisperDraft: Equatable, Sendable {
    /// Guesses that the decoder is run with at once; more would cost memory for their logits, 0.2 MB each.
    package static let most = 30

    private let tokens: [Int]
    private var isRight = true

    /// - Parameters:
    ///   - draft: any tokens; what follows one that is no text is left out.
    ///   - endOfText: the first token that is no text.
    ///   - limit: text tokens that the decoder may choose.
    package init(_ draft: RecognitionDraft?, endOfText: Int, limit: Int) {
        tokens = Array((draft?.tokens ?? []).prefix { $0 >= 0 && $0 < endOfText }.prefix(max(limit, 0)))
    }

    /// What may follow the text so far.
    /// - Parameter text: all tokens chosen so far; it grows from call to call.
    /// - Returns: at most `most` guesses; none once the text differs from the draft, or has reached its end.
    package mutating func guesses(after text: [Int]) -> ArraySlice<Int> {
        isRight = isRight && tokens.starts(with: text)
        return isRight ? tokens[text.count...].prefix(Self.most) : []
    }
}
