/// Transcribes recordings of any length with a recognizer that takes half a minute at most.
///
/// Memory does not grow with the recording, apart from the text.
public struct RecordingTranscriber: Sendable {
    /// Longest audio of one pass, seconds.
    public static let window = 30.0

    private let detector: any VoiceActivityDetector

    /// - Parameter detector: tells where speech is, so that windows end in silence.
    public init(detector: any VoiceActivityDetector) {
        self.detector = detector
    }

    /// - Parameter report: hears of the work as it goes on; its suspension holds the work back.
    /// - Throws: `EngineError`, what the recording throws, what `report` throws.
    public func transcribe(
        _ recording: any AudioSource, with recognizer: any SpeechRecognizer, _ request: TranscriptionRequest,
        report: (TranscriptionEvent) async throws -> Void
    ) async throws -> Transcription {
        var samples: [Float] = []
        while let piece = try await recording.read() {
            samples += piece
            guard Double(samples.count) <= Self.window * 16_000 else {
                throw EngineError.invalidInput("The audio is longer than \(Int(Self.window)) s.")
            }
        }
        var options = RecognitionOptions(language: request.language, effort: .careful, timing: request.timing)
        options.priority = request.priority
        let started = ContinuousClock.now
        let transcript = try await recognizer.transcribe(samples, options: options)
        var transcription = Transcription()
        transcription.inferenceSeconds = started.duration(to: .now).seconds
        transcription.text = transcript.text
        transcription.language = transcript.language
        transcription.duration = Double(samples.count) / 16_000
        transcription.segments = transcript.segments
        if transcript.segments.isEmpty, !transcript.text.isEmpty {
            transcription.segments = [
                TranscriptSegment(
                    start: 0, end: transcription.duration, text: transcript.text,
                    averageLogProbability: transcript.averageLogProbability,
                    noSpeechProbability: transcript.noSpeechProbability)
            ]
        }
        try await report(.language(transcription.language))
        for segment in transcription.segments { try await report(.segment(segment)) }
        try await report(.progress(seconds: transcription.duration))
        return transcription
    }
}
