import Glibc

/// Turns one utterance into text.
public protocol SpeechRecognizer: Sendable {
    /// Name of the model, for logs and `/health`, such as `whisper-tiny.en`.
    var name: String { get }

    /// Transcribes one utterance.
    /// - Parameters:
    ///   - samples: mono, 16 kHz, -1…1; 0 to 30 s.
    ///   - options: language and decoding limits.
    /// - Returns: the transcript; its text is empty when nothing was said.
    /// - Throws: `.cancelled` soon after the calling task is cancelled; `.busy` when the queue is full, or
    ///   other work goes first.
    func transcribe(_ samples: [Float], options: RecognitionOptions) async throws(EngineError) -> Transcript
}

/// What the caller may ask of a recognizer.
public struct RecognitionOptions: Equatable, Sendable {
    /// ISO 639-1 code, or nil for the model's default.
    public var language: String?
    /// What an earlier look at the beginning of the same utterance gave. It is checked in one pass and kept as far as
    /// it agrees, so that only the rest costs time; the transcript does not depend on it.
    public var draft: RecognitionDraft?
    /// Which waiting work goes first. `.partial` is given up (`.busy`), even while it runs, when other work
    /// needs its thread.
    public var priority: EnginePriority
    /// The caller's own detector found speech in the audio, so that nothing else needs to look for it first.
    public var holdsSpeech: Bool

    public init(
        language: String? = nil, draft: RecognitionDraft? = nil, priority: EnginePriority = .turn,
        holdsSpeech: Bool = false
    ) {
        self.holdsSpeech = holdsSpeech
        self.language = language
        self.draft = draft
        self.priority = priority
    }
}

/// A recognizer's own notation of what it heard; only that recognizer can use it.
public struct RecognitionDraft: Equatable, Sendable {
    /// Tokens of the text.
    public var tokens: [Int]

    public init(tokens: [Int]) {
        self.tokens = tokens
    }
}

/// What was recognised in one utterance.
public struct Transcript: Equatable, Sendable {
    /// The words, trimmed; empty when nothing was said.
    public var text: String
    /// ISO 639-1 code.
    public var language: String
    /// Mean natural logarithm of the chosen tokens' probabilities; 0 for an empty text.
    public var averageLogProbability: Float
    /// Probability, 0…1, that the audio holds no speech.
    public var noSpeechProbability: Float
    /// Number of text tokens decoded.
    public var tokenCount: Int
    /// For the next look at the same utterance; nil from a recognizer that has no use for it.
    public var draft: RecognitionDraft?

    public init(
        text: String, language: String = "en", averageLogProbability: Float = 0, noSpeechProbability: Float = 0,
        tokenCount: Int = 0, draft: RecognitionDraft? = nil
    ) {
        self.draft = draft
        self.text = text
        self.language = language
        self.averageLogProbability = averageLogProbability
        self.noSpeechProbability = noSpeechProbability
        self.tokenCount = tokenCount
    }

    /// How likely the words are right, 0…1: the geometric mean of the chosen tokens' probabilities.
    ///
    /// Documentation/Decisions/0016 has the measurement behind it.
    public var confidence: Float {
        let mean = Float(pow(M_E, Double(averageLogProbability)))
        return mean.isFinite ? min(max(mean, 0), 1) : 0
    }
}
