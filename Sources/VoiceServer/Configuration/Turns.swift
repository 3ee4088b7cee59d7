import VoicePipeline

extension Configuration {
    /// When a user has finished, in sessions where the server finds out.
    public struct Turns: Equatable, Sendable {
        public var endpointing = EndpointerSettings()
        /// What listens to the sound of the voice at pauses.
        public var detector = Detector.none
        /// What is done at pauses, ahead of the user.
        public var ahead = SessionLimits.Ahead.reply

        /// The detectors there are.
        public enum Detector: String, CaseIterable, Sendable {
            case none
            /// Needs the optional part `smart-turn`.
            case smartTurn = "smart-turn"
        }

        public init() {}

        /// What does not fit together.
        func mistakes() -> [String] {
            guard endpointing.pause >= endpointing.silence else { return [] }
            return [
                "ENDPOINT_PAUSE_MS (\(endpointing.pause)) must be less than ENDPOINT_SILENCE_MS (\(endpointing.silence)): "
                    + "a pause comes before the end"
            ]
        }
    }
}

extension Setting {
    static let turns: [Setting] = [
        .decimal(
            "VAD_THRESHOLD", "probability at which speech begins", 0.1...0.95,
            \.configuration.turns.endpointing.threshold),
        .number(
            "ENDPOINT_MINIMUM_SPEECH_MS", "less speech than this is a cough", 0...2000,
            \.configuration.turns.endpointing.minimumSpeech),
        .number(
            "ENDPOINT_PAUSE_MS", "silence after which work ahead begins", 32...1000,
            \.configuration.turns.endpointing.pause),
        .number(
            "ENDPOINT_SILENCE_MS", "silence that ends an utterance", 200...5000,
            \.configuration.turns.endpointing.silence),
        .number(
            "ENDPOINT_SHORTEST_SILENCE_MS", "what hints shorten the silence to", 200...5000,
            \.configuration.turns.endpointing.shortestSilence),
        .number(
            "ENDPOINT_LONGEST_SILENCE_MS", "what hints lengthen the silence to", 200...10_000,
            \.configuration.turns.endpointing.longestSilence),
        .choice(
            "AHEAD", "what is done at a pause, ahead of the end of speech",
            SessionLimits.Ahead.allCases.map { ($0.rawValue, $0) }, \.configuration.turns.ahead, show: \.rawValue),
        .choice(
            "TURN_DETECTOR", "what listens to the voice at pauses",
            Configuration.Turns.Detector.allCases.map { ($0.rawValue, $0) }, \.configuration.turns.detector,
            show: \.rawValue),
    ]
}
