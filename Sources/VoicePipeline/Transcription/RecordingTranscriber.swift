/// Transcribes recordings of any length with a recognizer that takes half a minute at most.
///
/// While one window is recognised the next is read and its speech found; silence between windows is skipped. Memory does
/// not grow with the recording, apart from the text.
public struct RecordingTranscriber: Sendable {
    /// Longest audio of one pass, seconds.
    public static let window = 30.0

    private let detector: any VoiceActivityDetector
    private let settings: WindowCutter.Settings

    /// - Parameter detector: tells where speech is, so that windows end in silence.
    public init(detector: any VoiceActivityDetector) {
        self.init(detector: detector, settings: WindowCutter.Settings())
    }

    package init(detector: any VoiceActivityDetector, settings: WindowCutter.Settings) {
        self.detector = detector
        self.settings = settings
    }

    /// - Parameter report: hears of the work as it goes on; its suspension holds the work back.
    /// - Throws: `EngineError`, what the recording throws, what `report` throws; `EngineError.cancelled` soon after the
    ///   calling task is cancelled.
    public func transcribe(
        _ recording: any AudioSource, with recognizer: any SpeechRecognizer, _ request: TranscriptionRequest,
        report: (TranscriptionEvent) async throws -> Void
    ) async throws -> Transcription {
        let parts = BoundedChannel<RecordingPart>(capacity: 1)
        let ahead = RecordingAhead(detector: detector, settings: settings, priority: request.priority)
        async let reading: Void = ahead.read(recording, into: parts)
        var draft = TranscriptionDraft(language: request.language)
        var hasNamedLanguage = false
        var inference = Duration.zero
        var end = 0
        while let part = await parts.next() {
            switch part {
            case .silence(let place): end = place
            case .window(let window):
                end = window.end
                let started = ContinuousClock.now
                let transcript = try await transcribe(window, with: recognizer, request, language: draft.language)
                inference += started.duration(to: .now)
                for segment in draft.add(transcript, of: window) {
                    if !hasNamedLanguage, let language = draft.language { try await report(.language(language)) }
                    hasNamedLanguage = true
                    try await report(.segment(segment))
                }
            }
            try await report(.progress(seconds: Double(end) / 16_000))
        }
        try await reading
        if Task.isCancelled { throw EngineError.cancelled }
        let transcription = draft.end(at: end, inferenceSeconds: inference.seconds)
        if !hasNamedLanguage { try await report(.language(transcription.language)) }
        return transcription
    }

    private func transcribe(
        _ window: RecordingWindow, with recognizer: any SpeechRecognizer, _ request: TranscriptionRequest,
        language: String?
    ) async throws(EngineError) -> Transcript {
        let options = RecognitionOptions(
            language: language, task: request.task, prompt: request.prompt, hotWords: request.hotWords,
            effort: .careful, temperature: request.temperature, timing: request.timing, priority: request.priority,
            holdsSpeech: true)
        return try await request.priority.patiently { () throws(EngineError) in
            try await recognizer.transcribe(window.samples, options: options)
        }
    }
}
