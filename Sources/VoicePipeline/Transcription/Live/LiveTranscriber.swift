/// Transcribes sound as it comes: where somebody speaks it looks again and again at what was said so far, and writes it
/// down when the utterance is over.
///
///     sound ─► detector ─► LiveWindow ─┬─ goes on: now and then a look ─► .partial
///                                      └─ over: the final pass ─────────► .final
///
/// One thing is done after the other, so that events come in order; meanwhile sound waits in the channel, and whoever
/// fills it is held back. Looks are given up when the recognizer has better to do; final passes never.
public struct LiveTranscriber: Sendable {
    /// Seconds of sound that may wait. One element of the channel is at most a second.
    public static let capacity = 60
    private let detector: any VoiceActivityDetector
    private let settings: EndpointerSettings
    /// Of a final pass, because sound that was taken is not to be lost.
    private let patience: EnginePatience

    /// - Parameters:
    ///   - detector: tells where speech is.
    ///   - settings: when an utterance is over.
    public init(
        detector: any VoiceActivityDetector, settings: EndpointerSettings = EndpointerSettings(),
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.detector = detector
        self.settings = settings
        patience = EnginePatience(
            limit: .seconds(10), first: .milliseconds(100), longest: .milliseconds(100), clock: clock)
    }

    /// Works until the channel ends; what was said up to then is written down.
    /// - Parameter emit: hears of every event, in order; its suspension holds the work back.
    /// - Throws: `EngineError`: `.busy` when the recognizer had no time for a final pass; what `emit` throws.
    public func run(
        _ input: BoundedChannel<LiveInput>, with recognizer: any SpeechRecognizer, _ request: LiveRequest,
        emit: (LiveEvent) async throws -> Void
    ) async throws {
        var listening = Listening(window: LiveWindow(settings))
        let stream = try detector.makeStream()
        while let item = await input.next() {
            switch item {
            case .samples(let samples):
                listening.window.append(samples)
                for probability in try await stream.process(samples) {
                    if probability >= settings.threshold { listening.holdsSpeech = true }
                    guard let utterance = listening.window.take(probability) else { continue }
                    try await finish(utterance, &listening, recognizer, request, emit)
                }
                if request.partials { try await look(&listening, recognizer, request, emit) }
            case .flush:
                if let utterance = listening.window.flush() {
                    try await finish(utterance, &listening, recognizer, request, emit)
                } else {
                    try await emit(.final(Transcript(text: ""), start: 0, end: 0))
                }
            }
        }
        if let utterance = listening.window.flush(), !Task.isCancelled {
            try await finish(utterance, &listening, recognizer, request, emit)
        }
    }

    /// What belongs to the utterance that goes on.
    private struct Listening {
        var window: LiveWindow
        var schedule = PartialSchedule()
        var stable = StablePrefix()
        var draft: RecognitionDraft?
        /// Whether there was speech since the last look.
        var holdsSpeech = false

        /// The utterance is over.
        mutating func begin() {
            schedule = PartialSchedule()
            stable = StablePrefix()
            draft = nil
            holdsSpeech = false
        }
    }

    private func look(
        _ listening: inout Listening, _ recognizer: any SpeechRecognizer, _ request: LiveRequest,
        _ emit: (LiveEvent) async throws -> Void
    ) async throws {
        guard let utterance = listening.window.utterance,
            listening.schedule.heard(holdsSpeech: listening.holdsSpeech, at: .now)
        else { return }
        listening.holdsSpeech = false
        var options = options(request)
        options.draft = listening.draft
        options.priority = .partial
        options.timing = .none
        options.effort = .quick
        guard let transcript = try await glance(utterance.samples, recognizer, options) else {
            listening.schedule.ended(.givenUp, at: .now)
            return
        }
        listening.schedule.ended(.finished, at: .now)
        listening.draft = transcript.draft
        guard !transcript.text.isEmpty else { return }
        let partial = listening.stable.take(transcript.text)
        try await emit(.partial(partial, start: seconds(utterance.start), end: seconds(utterance.end)))
    }

    /// - Returns: nil if the recognizer has better to do.
    private func glance(
        _ samples: [Float], _ recognizer: any SpeechRecognizer, _ options: RecognitionOptions
    ) async throws(EngineError) -> Transcript? {
        do {
            return try await recognizer.transcribe(samples, options: options)
        } catch {
            if error == .busy { return nil }
            throw error
        }
    }

    private func finish(
        _ utterance: LiveWindow.Utterance, _ listening: inout Listening, _ recognizer: any SpeechRecognizer,
        _ request: LiveRequest, _ emit: (LiveEvent) async throws -> Void
    ) async throws {
        var options = options(request)
        options.draft = listening.draft
        listening.begin()
        var transcript = try await patience.run { () async throws(EngineError) in
            try await recognizer.transcribe(utterance.samples, options: options)
        }
        let (start, end) = (seconds(utterance.start), seconds(utterance.end))
        transcript.segments = transcript.segments.map { $0.moved(by: start) }
        if transcript.segments.isEmpty, !transcript.text.isEmpty {
            // From a recognizer that knows no times.
            transcript.segments = [TranscriptSegment(start: start, end: end, text: transcript.text)]
        }
        try await emit(.final(transcript, start: start, end: end))
    }

    private func options(_ request: LiveRequest) -> RecognitionOptions {
        RecognitionOptions(
            language: request.language, task: request.task, prompt: request.prompt, hotWords: request.hotWords,
            effort: .careful, timing: request.timing, priority: .turn, holdsSpeech: true)
    }

    private func seconds(_ samples: Int) -> Double { Double(samples) / 16_000 }
}
