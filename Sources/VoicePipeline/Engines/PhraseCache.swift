/// Speaks what it has spoken before without speaking it again.
///
/// ```
///  prepare ──kept──► hit: from memory
///     │
///     └─────────► miss: the voice speaks, and when it has come to the end, what it said is kept;
///                 the least recently used leaves first when the bytes run out
/// ```
public struct PhraseCache: SpeechSynthesizer {
    public var name: String { voice.name }
    public var sampleRate: Int { voice.sampleRate }

    /// How a request was served.
    public enum Outcome: String, CaseIterable, Sendable {
        /// From memory.
        case hit
        /// By the voice.
        case miss
    }

    /// The longest text that is kept, characters: longer ones hardly come twice.
    public static let longestText = 120

    private let voice: any SpeechSynthesizer
    private let phrases: Guarded<PhraseMemory>
    private let count: @Sendable (Outcome) -> Void

    /// - Parameters:
    ///   - voice: what speaks.
    ///   - bytes: of speech that is kept at most.
    ///   - count: told how each request was served.
    public init(
        _ voice: any SpeechSynthesizer, bytes: Int = 8 << 20, count: @escaping @Sendable (Outcome) -> Void = { _ in }
    ) {
        self.voice = voice
        self.count = count
        phrases = Guarded(PhraseMemory(capacity: bytes))
    }

    /// Bytes of speech that are kept.
    package var bytes: Int { phrases.withLock { $0.bytes } }

    public func prepare(_ text: String, options: SynthesisOptions) async throws(EngineError) -> any PreparedSpeech {
        let key = PhraseMemory.Key(text: text, wordsPerMinute: options.wordsPerMinute)
        if let speech = phrases.withLock({ $0.take(key) }) {
            count(.hit)
            return WholeSpeech(speech)
        }
        count(.miss)
        let prepared = try await voice.prepare(text, options: options)
        guard text.count <= Self.longestText else { return prepared }
        return PhraseBeingKept(prepared) { [phrases] samples in
            let speech = SynthesizedSpeech(samples: samples, sampleRate: prepared.sampleRate, text: text)
            phrases.withLock { $0.keep(speech, key) }
        }
    }
}

/// Passes speech on, and hands all of it over at its end.
private actor PhraseBeingKept: PreparedSpeech {
    nonisolated let sampleRate: Int
    nonisolated let count: Int
    private let speech: any PreparedSpeech
    private var passed: [Float] = []
    private let keep: @Sendable ([Float]) -> Void

    init(_ speech: any PreparedSpeech, keep: @escaping @Sendable ([Float]) -> Void) {
        self.speech = speech
        self.keep = keep
        sampleRate = speech.sampleRate
        count = speech.count
    }

    func next(priority: EnginePriority) async throws(EngineError) -> [Float]? {
        let part = try await speech.next(priority: priority)
        if let part { passed += part }
        // Not only when asked once more: nobody has to.
        if !passed.isEmpty, passed.count >= count {
            keep(passed)
            passed = []
        }
        return part
    }
}
