/// Turns one piece of text (a sentence or a clause) into speech.
public protocol SpeechSynthesizer: Sendable {
    /// Name of the voice, for logs and `/health`.
    var name: String { get }
    /// Sample rate of the speech, Hz.
    var sampleRate: Int { get }

    /// Works out how a piece of text is to be spoken, which takes a part of the time. What is returned makes the sound.
    /// - Parameters:
    ///   - text: at most a few hundred characters; text without anything to pronounce gives no samples.
    ///   - options: speed.
    /// - Throws: `.cancelled` soon after the calling task is cancelled; `.busy` when the queue is full.
    func prepare(_ text: String, options: SynthesisOptions) async throws(EngineError) -> any PreparedSpeech
}

extension SpeechSynthesizer {
    /// Speaks one piece of text, all of it at once.
    /// - Throws: as `prepare` and `PreparedSpeech.next` do.
    public func synthesize(
        _ text: String, options: SynthesisOptions
    ) async throws(EngineError) -> SynthesizedSpeech {
        let prepared = try await prepare(text, options: options)
        var speech = SynthesizedSpeech(samples: [], sampleRate: prepared.sampleRate, text: text)
        while let part = try await prepared.next(priority: options.priority) { speech.samples += part }
        return speech
    }
}

/// A voice that speaks a piece of text only as a whole.
public protocol WholeSynthesizer: SpeechSynthesizer {
    /// Speaks one piece of text. Parameters and errors are those of `prepare`.
    func synthesize(_ text: String, options: SynthesisOptions) async throws(EngineError) -> SynthesizedSpeech
}

extension WholeSynthesizer {
    public func prepare(_ text: String, options: SynthesisOptions) async throws(EngineError) -> any PreparedSpeech {
        WholeSpeech(try await synthesize(text, options: options))
    }
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

/// A piece of speech, or a part of one.
public struct SynthesizedSpeech: Equatable, Sendable {
    /// Mono, -1…1.
    public var samples: [Float]
    /// Hz.
    public var sampleRate: Int
    /// The words, as they are written; empty where nobody asked, and in parts that follow the first.
    public var text: String
    /// Samples of the same words that are still to come, in further parts.
    public var following: Int

    public init(samples: [Float], sampleRate: Int, text: String = "", following: Int = 0) {
        self.samples = samples
        self.sampleRate = sampleRate
        self.text = text
        self.following = following
    }

    /// Length in seconds.
    public var duration: Double { sampleRate > 0 ? Double(samples.count) / Double(sampleRate) : 0 }
}
