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

extension TurnHint {
    /// What a `TurnDetector` says. Read speech often sounds unfinished at its end and words that were cut off often
    /// sound finished, so only what it is sure of counts, and "unfinished" for half: see Documentation/Turns.md.
    /// - Parameter probability: that the speaker has finished, 0…1.
    public init(voice probability: Float) {
        let completeness =
            switch probability {
            case ..<0.05: (probability - 0.05) / 0.05 * 0.5
            case 0.9...: (probability - 0.9) / 0.08
            default: Float(0)
            }
        self.init(.voice, completeness: completeness)
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
