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
    /// - Throws: `.cancelled` soon after the calling task is cancelled; `.busy` when the queue is full.
    func transcribe(_ samples: [Float], options: RecognitionOptions) async throws(EngineError) -> Transcript
}

/// What the caller may ask of a recognizer.
public struct RecognitionOptions: Equatable, Sendable {
    /// ISO 639-1 code, or nil for the model's default.
    public var language: String?

    public init(language: String? = nil) {
        self.language = language
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

    public init(
        text: String, language: String = "en", averageLogProbability: Float = 0, noSpeechProbability: Float = 0,
        tokenCount: Int = 0
    ) {
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
