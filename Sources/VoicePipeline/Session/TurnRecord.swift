/// What is known of a turn while it runs; written by its stages, read by its session.
final class TurnRecord: Sendable {
    private struct State {
        var timeline = TurnTimeline()
        /// When the end of speech came; for a turn that runs ahead once it is committed.
        var ended: ContinuousClock.Instant?
        var question: String?
        var draft: RecognitionDraft?
        var isKept = false
        var told = ""
    }
    private let state = Guarded(State())

    var timeline: TurnTimeline { state.withLock { $0.timeline } }

    func mark(_ mark: TurnTimeline.Mark, at instant: ContinuousClock.Instant = .now, replacing: Bool = false) {
        state.withLock { $0.timeline.mark(mark, at: instant, replacing: replacing) }
    }

    /// The end of speech is known: zero of the timeline.
    func end(at instant: ContinuousClock.Instant) {
        state.withLock { state in
            state.ended = instant
            state.timeline.mark(.speechEnd, at: instant)
        }
    }

    /// Time since the end of speech.
    var age: Duration { state.withLock { $0.ended }?.duration(to: .now) ?? .zero }

    func heard(utteranceSeconds: Double) { state.withLock { $0.timeline.utteranceSeconds = utteranceSeconds } }

    func heard(_ transcript: Transcript) { state.withLock { $0.draft = transcript.draft } }

    func spoke(seconds: Double) { state.withLock { $0.timeline.answerSeconds += seconds } }

    /// For another look at the same utterance.
    var draft: RecognitionDraft? { state.withLock { $0.draft } }

    /// What was asked, once it is answered.
    var question: String? {
        get { state.withLock { $0.question } }
        set { state.withLock { $0.question = newValue } }
    }

    /// Whether the conversation's store has the turn.
    var isKept: Bool { state.withLock { $0.isKept } }

    /// The answer, once all of it was given to its door; empty until then, and for good when the turn failed.
    var told: String {
        get { state.withLock { $0.told } }
        set { state.withLock { $0.told = newValue } }
    }

    func kept() { state.withLock { $0.isKept = true } }
}
