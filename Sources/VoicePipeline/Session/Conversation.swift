/// One session: takes samples and signals, gives `TurnEvent`s. Its turns run one after another.
///
/// ```
///  append ─► UtteranceBuffer ─end─► TurnQueue ─► commands ─► Work: TurnRunner ─► emit (a door)
///     │                                  ▲ reset, cancel: running turn cancelled, waiting ones dropped
///     └─► Work: Hearing (looks ahead, finds pauses and the end; Conversation+Hearing)
/// ```
/// Turn state lives in values; the actor only carries it across suspensions. At rest there is no task and no queue:
/// whatever brings something to do hands out `Work`, and the caller runs it in a task of its own. Of each of the two
/// kinds there is one `Work` at a time.
public actor Conversation {
    /// Takes what happens, in order; its suspension holds the turn back. Events of a turn below the
    /// `TurnFloor` were overtaken by a reset.
    public typealias Emit = @Sendable (TurnEvent) async -> Void
    /// What is to be done now; it must be run, once. It returns when nothing is left to do.
    public typealias Work = @Sendable () async -> Void
    /// Why the session may not ask a question now, if it may not.
    public typealias Admission = @Sendable () async -> TurnFailure?

    /// Runs the turns, and knows what does not change between them.
    let runner: TurnRunner
    let floor: TurnFloor
    let playback: (any AnswerPlayback)?
    let admission: Admission
    var buffer: UtteranceBuffer
    var queue: TurnQueue<EndedUtterance>
    var isEnded = false
    /// The utterance that is being listened to.
    var hearing: Hearing?
    /// The turn that was begun at a pause of it.
    var ahead: AheadTurn?
    /// The turn whose answer is held, because somebody speaks over it.
    var heldTurn: Int?
    /// The announcement that is being spoken.
    var announcing: (turn: Int, delivery: Delivery)?
    /// Until then the client plays what it was sent, in a session that is deaf meanwhile.
    var deafUntil: ContinuousClock.Instant?
    /// Utterances that were listened to.
    var utterances = 0
    var commands: [Command] = []
    var cancelRunning: Latch?
    /// Set by `cancel`: what of the turn that is being cancelled was heard.
    var interruption: String?
    var announcements = 0
    /// Works that were handed out and are not over.
    var works = 0
    /// Whether one of them runs the commands.
    var isWorking = false
    /// Set when the last of them is over; nil at rest.
    var rest: Latch?

    /// Announcements that may wait.
    static let waitingAnnouncements = 4

    /// - Parameters:
    ///   - mode: how it takes turns and gives answers.
    ///   - recovery: for sessions without a screen: failures are spoken instead of emitted.
    ///   - clock: for deadlines.
    ///   - floor: tells `emit` what was reset.
    ///   - playback: asked what was heard when an answer is interrupted; nil where answers are sent as a whole.
    ///   - admission: asked before a turn that the session takes by itself.
    ///   - emit: takes what happens.
    public init(
        session: String, engines: SessionEngines, limits: SessionLimits = SessionLimits(),
        mode: SessionMode = SessionMode(), recovery: RecoveryPolicy? = nil,
        clock: any Clock<Duration> = ContinuousClock(), log: Log, floor: TurnFloor = TurnFloor(),
        playback: (any AnswerPlayback)? = nil, admission: @escaping Admission = { nil }, emit: @escaping Emit
    ) {
        self.floor = floor
        self.playback = playback
        self.admission = admission
        buffer = UtteranceBuffer(seconds: limits.utteranceSeconds)
        queue = TurnQueue(capacity: limits.waitingTurns)
        runner = TurnRunner(
            session: session, request: RequestID.current ?? RequestID.random(), engines: engines,
            limits: mode.streamsAudio ? limits.streaming : limits, mode: mode,
            recovery: recovery.map(RecoveryState.init), clock: clock, log: log, emit: emit)
    }

    /// The session's name in the stores.
    public nonisolated var session: String { runner.session }
    /// How it takes turns.
    public nonisolated var mode: SessionMode { runner.mode }
    var engines: SessionEngines { runner.engines }
    var log: Log { runner.log }
    var emit: Emit { runner.emit }

    /// Adds PCM to the utterance: 16 kHz, mono, 16-bit little-endian, any number of bytes.
    public func append(_ chunk: [UInt8]) -> Work? {
        guard !isEnded, !isDeaf else { return nil }
        return appended(buffer.append(chunk))
    }

    /// Adds samples to the utterance: 16 kHz, mono, -1…1.
    public func append(samples: [Float]) -> Work? {
        guard !isEnded, !isDeaf else { return nil }
        return appended(buffer.append(samples: samples))
    }

    private func appended(_ fits: Bool) -> Work? {
        guard fits else {
            engines.metrics.droppedUtterances.count("too_long")
            log.warning("utterance too long, dropped")
            stopHearing()
            // Where nobody says that an utterance is over, the next one begins now.
            if mode.takesTurns { buffer.clear() }
            return heldTurn == nil ? nil : handOut { await self.resume() }
        }
        return listen()
    }

    /// Waits until nothing runs and nothing waits, or until the task is cancelled.
    public func untilRest() async {
        while let rest, !Task.isCancelled { await rest.wait() }
    }

    /// Waits until nothing runs any more, even if the task is cancelled.
    public func untilRestRegardless() async {
        while let rest { await rest.waitRegardless() }
    }

    /// Whether nothing runs and nothing waits.
    public var isResting: Bool { rest == nil }

    /// Whether an answer runs, or is about to.
    var isAnswering: Bool { isWorking }

    /// The turn that is being answered, or the announcement that is being spoken.
    var answer: Int? { queue.current ?? announcing?.turn }

    /// A session that takes turns by itself and cannot tell its own voice from its user's does not listen while it
    /// speaks.
    private var isDeaf: Bool {
        guard mode.takesTurns, !mode.bargesIn else { return false }
        return isAnswering || deafUntil.map { .now < $0 } ?? false
    }
}
