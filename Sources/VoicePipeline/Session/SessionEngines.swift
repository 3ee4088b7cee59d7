/// The engines that all sessions share. Built once by the executable; each session holds a reference only.
public final class SessionEngines: Sendable {
    public let recognizer: any SpeechRecognizer
    /// What users speak, ISO 639-1; nil where the recognizer knows but one language, or is to find out.
    public let language: String?
    public let brain: any Brain
    public let synthesizer: any SpeechSynthesizer
    public let resampler: any AudioResampler
    public let store: any ConversationStore
    /// Tells where speech is; without it sessions listen only to the end of speech that the client signals.
    public let detector: (any VoiceActivityDetector)?
    /// Listens to the voice at pauses; nil goes by silence and words alone.
    public let turnDetector: (any TurnDetector)?
    /// For clients that want their audio in packets; nil if this server has no such format.
    public let packets: (any PacketCodec)?
    /// Where sessions and turns are counted.
    public let metrics: ServerMetrics

    public init(
        recognizer: any SpeechRecognizer, language: String? = "en", brain: any Brain,
        synthesizer: any SpeechSynthesizer, resampler: any AudioResampler, store: any ConversationStore,
        detector: (any VoiceActivityDetector)? = nil,
        turnDetector: (any TurnDetector)? = nil, packets: (any PacketCodec)? = nil,
        metrics: ServerMetrics = ServerMetrics()
    ) {
        self.recognizer = recognizer
        self.language = language
        self.brain = brain
        self.synthesizer = synthesizer
        self.resampler = resampler
        self.store = store
        self.detector = detector
        self.turnDetector = turnDetector
        self.packets = packets
        self.metrics = metrics
    }
}
