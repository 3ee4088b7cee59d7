/// Transcribes recordings of any length with a recognizer that takes half a minute at most.
///
/// While two windows are recognised the next is read and its speech found; silence between windows is skipped. Memory
/// does not grow with the recording, apart from the text.
public struct RecordingTranscriber: Sendable {
    /// Longest audio of one pass, seconds.
    public static let window = 30.0

    /// Windows that are recognised at the same time; a recognizer that has one thread takes one after another.
    private static let windowsAtOnce = 2

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
        var order = RecordingOrder()
        var hasNamedLanguage = false
        try await withThrowingTaskGroup(of: RecordingOrder.Result.self) { group in
            var isOver = false
            while !isOver || order.running > 0 {
                // The first window's language is that of the others.
                let room = draft.language == nil ? 1 : Self.windowsAtOnce
                if !isOver, order.running < room {
                    guard let part = await parts.next() else {
                        isOver = true
                        continue
                    }
                    if let job = order.add(part) {
                        let language = draft.language
                        group.addTask {
                            let heard = try await hear(job.window, with: recognizer, request, language: language)
                            return RecordingOrder.Result(number: job.number, heard: heard)
                        }
                    }
                } else if let result = try await group.next() {
                    order.finish(result)
                }
                while let part = order.next() {
                    for segment in part.heard.flatMap({ draft.add($0.transcript, of: $0.window) }) {
                        if !hasNamedLanguage, let language = draft.language { try await report(.language(language)) }
                        hasNamedLanguage = true
                        try await report(.segment(segment))
                    }
                    try await report(.progress(seconds: Double(part.end) / 16_000))
                }
            }
        }
        try await reading
        if Task.isCancelled { throw EngineError.cancelled }
        let transcription = draft.end(at: order.end, inferenceSeconds: order.inference.seconds)
        if !hasNamedLanguage { try await report(.language(transcription.language)) }
        return transcription
    }

    /// What is said in a window. Recognizers can leave off behind the first sentence, mostly where another speaker begins:
    /// a window with too little text is heard again in two parts, and the longer text counts.
    private func hear(
        _ window: RecordingWindow, with recognizer: any SpeechRecognizer, _ request: TranscriptionRequest,
        language: String?, depth: Int = 0
    ) async throws(EngineError) -> [HeardWindow] {
        let whole = try await transcribe(window, with: recognizer, request, language: language)
        guard depth < Self.deepest, window.isMore(than: whole.text) else { return [HeardWindow(window, whole)] }
        var parts: [HeardWindow] = []
        for half in window.halves(gap: settings.gap, margin: settings.margin)
        where half.frames.voiced >= WindowCutter.framesNeeded {
            parts += try await hear(half, with: recognizer, request, language: language, depth: depth + 1)
        }
        let length = parts.reduce(0) { $0 + $1.transcript.text.utf8.count }
        return length > whole.text.utf8.count ? parts : [HeardWindow(window, whole)]
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
