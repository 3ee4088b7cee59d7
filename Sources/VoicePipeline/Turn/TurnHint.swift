/// What one source says about a pause: is it the end of what the user wanted to say?
public struct TurnHint: Equatable, Sendable {
    /// Where hints come from; each is heard on its own.
    public enum Source: Equatable, Sendable {
        /// The words so far.
        case words
        /// The sound of the voice: a `TurnDetector`.
        case voice
    }

    public var source: Source
    /// -1, surely more will come, to 1, surely the end; 0 says nothing. It is never anything else.
    public let completeness: Float

    /// - Parameter completeness: -1…1; what is beyond is taken for the nearest, what is no number for 0.
    public init(_ source: Source, completeness: Float) {
        self.source = source
        self.completeness = completeness.isNaN ? 0 : min(max(completeness, -1), 1)
    }
}

/// The newest hint of each source about one pause.
struct TurnHints: Equatable, Sendable {
    private var words: Float?
    private var voice: Float?

    mutating func take(_ hint: TurnHint) {
        switch hint.source {
        case .words: words = hint.completeness
        case .voice: voice = hint.completeness
        }
    }

    /// All together, -1…1. Waiting too long is forgiven, being cut off is not: whoever says that more will come is
    /// believed over one who says that this is the end.
    var completeness: Float {
        guard let words, let voice else { return words ?? voice ?? 0 }
        return min(words, voice) < 0 ? min(words, voice) : max(words, voice)
    }
}
