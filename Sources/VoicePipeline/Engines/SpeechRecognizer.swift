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
    /// What is done with the words.
    public enum Task: String, Sendable, CaseIterable {
        /// They are written down as they were said.
        case transcribe
        /// They are translated into English, by models that can.
        case translate
    }

    /// How much care a transcript gets.
    public enum Effort: Sendable {
        /// One pass, for someone who waits for an answer.
        case quick
        /// What looks wrong (repeated, or improbable) is decoded again at higher temperatures and with longer context.
        case careful
    }

    /// Which times are wanted; each takes more work than the one before it.
    public enum Timing: Int, Sendable, Comparable {
        case none, segments, words
        public static func < (a: Timing, b: Timing) -> Bool { a.rawValue < b.rawValue }
    }

    /// ISO 639-1 code, with a region or not, or the language's English name; nil lets a multilingual model find out, and
    /// is English for an English one.
    public var language: String?
    public var task: Task
    /// Text that came before, or in whose manner and with whose names the speech is to be written; empty for none.
    public var prompt: String
    /// Words that are likely to be said, such as names; empty for none.
    public var hotWords: String
    public var effort: Effort
    /// 0…1, and no other is tried; 0 always takes the likeliest word. nil is 0, raised by a careful recognizer where that
    /// goes wrong.
    public var temperature: Float?
    public var timing: Timing
    /// What an earlier look at the beginning of the same utterance gave. It is checked in one pass and kept as far as
    /// it agrees, so that only the rest costs time; the transcript does not depend on it.
    public var draft: RecognitionDraft?
    /// Which waiting work goes first. `.partial` is given up (`.busy`), even while it runs, when other work
    /// needs its thread, and may be done with less care: the next look mends what it gets wrong.
    public var priority: EnginePriority
    /// The caller's own detector found speech in the audio, so that nothing else needs to look for it first.
    public var holdsSpeech: Bool

    public init(
        language: String? = nil, task: Task = .transcribe, prompt: String = "", hotWords: String = "",
        effort: Effort = .quick, temperature: Float? = nil, timing: Timing = .none, draft: RecognitionDraft? = nil,
        priority: EnginePriority = .turn, holdsSpeech: Bool = false
    ) {
        self.language = language
        self.task = task
        self.prompt = prompt
        self.hotWords = hotWords
        self.effort = effort
        self.temperature = temperature
        self.timing = timing
        self.draft = draft
        self.priority = priority
        self.holdsSpeech = holdsSpeech
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
    /// The text in parts with their times, where times were asked for and the recognizer knows them; else empty.
    public var segments: [TranscriptSegment]

    public init(
        text: String, language: String = "en", averageLogProbability: Float = 0, noSpeechProbability: Float = 0,
        tokenCount: Int = 0, draft: RecognitionDraft? = nil, segments: [TranscriptSegment] = []
    ) {
        self.draft = draft
        self.segments = segments
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
