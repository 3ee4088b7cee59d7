/// Turns one piece of text (a sentence or a clause) into speech.
public protocol SpeechSynthesizer: Sendable {
    /// Name of the voice, for logs and `/health`.
    var name: String { get }
    /// Sample rate of what `synthesize` returns, Hz.
    var sampleRate: Int { get }

    /// Speaks one piece of text.
    /// - Parameters:
    ///   - text: at most a few hundred characters; text without anything to pronounce gives no samples.
    ///   - options: speed.
    /// - Throws: `.cancelled` soon after the calling task is cancelled; `.busy` when the queue is full.
    func synthesize(_ text: String, options: SynthesisOptions) async throws(EngineError) -> SynthesizedSpeech
}

/// What the caller may ask of a synthesizer.
public struct SynthesisOptions: Equatable, Sendable {
    /// Speaking rate; 80…400, 175 is the documented default.
    public var wordsPerMinute: Int
    /// Which waiting work goes first.
    public var priority: EnginePriority

    public init(wordsPerMinute: Int = 175, priority: EnginePriority = .turn) {
        self.wordsPerMinute = wordsPerMinute
        self.priority = priority
    }
}

/// A piece of speech.
public struct SynthesizedSpeech: Equatable, Sendable {
    /// Mono, -1…1.
    public var samples: [Float]
    /// Hz.
    public var sampleRate: Int
    /// The words, as they are written; empty where nobody asked.
    public var text: String

    public init(samples: [Float], sampleRate: Int, text: String = "") {
        self.samples = samples
        self.sampleRate = sampleRate
        self.text = text
    }

    /// Length in seconds.
    public var duration: Double { sampleRate > 0 ? Double(samples.count) / Double(sampleRate) : 0 }
}
