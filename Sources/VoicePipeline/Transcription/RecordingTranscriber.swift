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
                let heard = try await hear(window, with: recognizer, request, language: draft.language)
                inference += started.duration(to: .now)
                for segment in heard.flatMap({ draft.add($0.transcript, of: $0.window) }) {
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

    /// What is said in a window. Recognizers can leave off behind the first sentence, mostly where another speaker begins:
    /// a window with too little text is heard again in two parts, and the longer text counts.
    private func hear(
        _ window: RecordingWindow, with recognizer: any SpeechRecognizer, _ request: TranscriptionRequest,
        language: String?, depth: Int = 0
    ) async throws(EngineError) -> [Heard] {
        let whole = try await transcribe(window, with: recognizer, request, language: language)
        guard depth < Self.deepest, window.isMore(than: whole.text) else { return [Heard(window, whole)] }
        var parts: [Heard] = []
        for half in window.halves(gap: settings.gap, margin: settings.margin)
        where half.frames.voiced >= WindowCutter.framesNeeded {
            parts += try await hear(half, with: recognizer, request, language: language, depth: depth + 1)
        }
        let length = parts.reduce(0) { $0 + $1.transcript.text.utf8.count }
        return length > whole.text.utf8.count ? parts : [Heard(window, whole)]
    }

    /// A window and what was recognised in it.
    private struct Heard {
        var window: RecordingWindow
        var transcript: Transcript

        init(_ window: RecordingWindow, _ transcript: Transcript) {
            self.window = window
            self.transcript = transcript
        }
    }

    /// How often a window is cut in two: into eight parts at most.
    private static let deepest = 3

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
