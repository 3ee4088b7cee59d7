import VoicePipeline

/// The voice of espeak-ng itself: robotic, but it needs no model, 8 MB of memory and no time.
public struct ESpeakSynthesizer: WholeSynthesizer {
    public var name: String { "espeak-ng \(voice)" }
    public var sampleRate: Int { espeak.sampleRate }

    private let espeak: ESpeak
    private let voice: String

    /// - Parameters:
    ///   - espeak: the library.
    ///   - voice: one of its voices, such as `en-us` or `de`; an unknown one shows when it is to speak.
    public init(_ espeak: ESpeak, voice: String = "en-us") {
        self.espeak = espeak
        self.voice = voice
    }

    public func synthesize(
        _ text: String, options: SynthesisOptions
    ) async throws(EngineError) -> SynthesizedSpeech {
        try SynthesisInput.check(text, options)
        var speech = SynthesizedSpeech(samples: [], sampleRate: sampleRate, text: text)
        let rate = Int((Double(options.wordsPerMinute) * Self.countedPerSpokenWord).rounded())
        for sentence in SentenceSplitter.pieces(of: text) {
            let isEnglish = voice == "en" || voice.hasPrefix("en-")
            speech.samples += try await espeak.speak(
                isEnglish ? SpokenForm.english(sentence) : sentence, voice: voice, wordsPerMinute: max(80, rate),
                priority: options.priority)
        }
        return speech
    }

    /// The library counts other words than people speak: told 175, it spoke 199 a minute, measured on the everyday
    /// sentences of the tests. Its slowest rate is 80, which is 93 of theirs.
    private static let countedPerSpokenWord = 0.88
}
