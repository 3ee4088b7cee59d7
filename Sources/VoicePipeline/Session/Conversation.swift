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

    /// The session's name in the stores.
    public nonisolated let session: String
    /// How it takes turns.
    public nonisolated let mode: SessionMode

    private enum Command: Sendable {
        case turn(TurnRunner.Turn)
        case refusal(TurnRunner.Turn)
        case forget
        case announce(String, Delivery)

        var isForgetting: Bool { if case .forget = self { true } else { false } }
        var isAnnouncing: Bool { if case .announce = self { true } else { false } }
        var delivery: Delivery? { if case .announce(_, let delivery) = self { delivery } else { nil } }
        var isRefusal: Bool { if case .refusal = self { true } else { false } }
    }

    let runner: TurnRunner
    let engines: SessionEngines
    let log: Log
    let emit: Emit
    let floor: TurnFloor
    private let playback: (any AnswerPlayback)?
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
    private var announcing: (turn: Int, delivery: Delivery)?
    /// Until then the client plays what it was sent, in a session that is deaf meanwhile.
    private var deafUntil: ContinuousClock.Instant?
    /// Utterances that were listened to.
    var utterances = 0
    private var commands: [Command] = []
    private var cancelRunning: Latch?
    /// Set by `cancel`: what of the turn that is being cancelled was heard.
    private var interruption: String?
    private var announcements = 0
    /// Works that were handed out and are not over.
    private var works = 0
    /// Whether one of them runs the commands.
    private var isWorking = false
    /// Set when the last of them is over; nil at rest.
    private var rest: Latch?

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
        self.session = session
        self.mode = mode
        self.engines = engines
        self.log = log
        self.emit = emit
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

    /// Ends the utterance. Its turn begins now, or after the turns that already wait.
    /// - Parameter refusal: why this turn gets no answer, if it gets none: it fails so when its time has come.
    public func endOfSpeech(refusal: TurnFailure? = nil) async -> Work? {
        await endOfSpeech(refusal: refusal, after: .zero)
    }

    /// - Parameter silence: how long ago the last speech was, where that is known: the turn's time counts from there.
    func endOfSpeech(refusal: TurnFailure?, after silence: Duration) async -> Work? {
        let endpoint = ContinuousClock.now
        var ended = EndedUtterance(samples: .failure(.emptyAudio), draft: hearing?.draft, ahead: takeAhead())
        let outcome = buffer.finish()
        stopHearing()
        // Whoever ends an utterance that was spoken over an answer has said something.
        if heldTurn != nil { _ = await cancel() }
        guard !isEnded else { return nil }
        ended.samples =
            if let refusal { .failure(refusal) } else { outcome.samples(limit: runner.limits.utteranceSeconds) }
        if case .failure = ended.samples { drop(&ended.ahead) }
        // Something else may have taken its place meanwhile.
        if queue.current != nil || ended.ahead?.number != queue.upcoming { drop(&ended.ahead) }
        ended.endpoint = endpoint
        switch queue.end(ended, at: endpoint - silence) {
        case .start(let turn): return start(.turn(turn))
        case .waits:
            engines.metrics.waitingTurns.add(1)
            return nil
        case .refused(let number):
            engines.metrics.refused.count("busy")
            log.warning("turn refused: too many wait", ["turn": .int(number)])
            // One refusal waits to be spoken; a flood of them gets the plain failure.
            if runner.recovery != nil, !commands.contains(where: \.isRefusal) {
                let refused = EndedUtterance(samples: .failure(.busy))
                return start(.refusal(TurnRunner.Turn(number: number, input: refused, ended: .now)))
            }
            engines.metrics.turnFailed(.busy)
            await emit(TurnEvent(turn: number, .failed(.busy)))
            return nil
        }
    }

    /// Forgets the conversation: the running turn is cancelled, waiting turns and the utterance are dropped.
    public func reset() -> Work? {
        buffer.clear()
        stopHearing()
        drop()
        runner.recovery?.reset()
        if commands.contains(where: \.isForgetting) { return nil }
        return start(.forget)
    }

    /// Stops the running answer and drops the turns that wait. The conversation keeps of the answer what was heard.
    /// - Parameter played: how much of the answer's audio the client has played, if it says so.
    /// - Returns: whether there was anything to stop; then `.interrupted` was emitted.
    public func cancel(played: Duration? = nil) async -> Bool {
        heldTurn = nil
        guard !isEnded, let answer = self.answer else { return false }
        let words = await playback?.heard(played: played) ?? ""
        // Meanwhile it may have ended, or been cancelled by another.
        guard self.answer == answer else { return false }
        // Whoever silences an announcement has heard enough of it.
        if let announcing { announcing.delivery.settle(turn: announcing.turn) } else { interruption = words }
        drop()
        await emit(TurnEvent(turn: floor.first, .interrupted(heard: words)))
        return true
    }

    /// Says something unasked after what runs and waits now.
    /// - Parameter delivery: told what became of it, if it was taken.
    /// - Returns: whether it is taken; no if the session is over or too much waits to be announced.
    public func announce(_ text: String, _ delivery: Delivery = Delivery()) -> (isTaken: Bool, work: Work?) {
        guard !isEnded, announcements < Self.waitingAnnouncements else { return (false, nil) }
        announcements += 1
        return (true, start(.announce(text, delivery)))
    }

    /// Cancels what runs, drops what waits, and takes nothing more. What is to be forgotten will be.
    /// - Parameter failure: what a running turn fails with; nil ends it without a word.
    public func end(with failure: TurnFailure? = nil) async {
        guard !isEnded else { return }
        isEnded = true
        let running = queue.current
        buffer.clear()
        stopHearing()
        drop()
        for command in commands { command.delivery?.settle(turn: nil) }
        commands.removeAll(where: \.isAnnouncing)
        if let running, let failure { await emit(TurnEvent(turn: max(running, floor.first), .failed(failure))) }
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

    /// Cancels the running turn and drops the waiting ones; their events are not to be sent any more.
    private func drop() {
        floor.raise(to: queue.skip() + 1)
        let dropped = queue.reset()
        if dropped.running != nil { engines.metrics.droppedUtterances.count("reset") }
        for _ in 0..<dropped.waiting { engines.metrics.droppedUtterances.count("reset") }
        engines.metrics.waitingTurns.add(-Double(dropped.waiting))
        commands.removeAll { !$0.isForgetting && !$0.isAnnouncing }
        cancelRunning?.set()
    }

    // MARK: Work

    /// Hands out work that counts as running until it has returned.
    func handOut(_ work: @escaping Work) -> Work {
        works += 1
        if rest == nil { rest = Latch() }
        return {
            await work()
            await self.workIsOver()
        }
    }

    private func workIsOver() {
        works -= 1
        guard works == 0 else { return }
        let rest = self.rest
        self.rest = nil
        rest?.set()
    }

    private func start(_ command: Command) -> Work? {
        commands.append(command)
        guard !isWorking else { return nil }
        isWorking = true
        return handOut { await self.work() }
    }

    private func work() async {
        while !commands.isEmpty {
            switch commands.removeFirst() {
            case .turn(let first):
                var next: TurnRunner.Turn? = first
                while let turn = next, !Task.isCancelled {
                    await run(turn)
                    next = queue.finished(turn.number)
                    if next != nil { engines.metrics.waitingTurns.add(-1) }
                }
            case .refusal(let turn):
                guard !Task.isCancelled else { continue }
                await run(turn)
            case .announce(let text, let delivery):
                announcements -= 1
                await announce(text, delivery)
            // What was asked to be forgotten is, also when who asked has left.
            case .forget: await forget()
            }
        }
        isWorking = false
    }

    private func run(_ turn: TurnRunner.Turn) async {
        let start: TurnStart
        if let ahead = turn.input.ahead {
            cancelRunning = ahead.cancelled
            engines.metrics.ahead.count("used")
            if let endpoint = turn.input.endpoint { ahead.start.record.mark(.endpoint, at: endpoint) }
            await ahead.commit(endedAt: turn.ended)
            await ahead.over.waitRegardless()
            cancelRunning = nil
            start = ahead.start
        } else {
            start = runner.start(turn)
            if let endpoint = turn.input.endpoint { start.record.mark(.endpoint, at: endpoint) }
            await runCancellably(Latch()) { [runner] in await runner.run(start, turn.number) }
        }
        await settle(start, turn.number)
        await beDeafWhilePlaying()
    }

    /// What the user got of a turn that is over is what was said.
    private func settle(_ start: TurnStart, _ turn: Int) async {
        var told = ""
        if let words = interruption {
            interruption = nil
            await runner.keep(onlyHeard: words, of: start.record)
            told = words
        } else if turn >= floor.first, await playback?.hasSent(turn) ?? true {
            told = start.record.told
        }
        await start.receipt.settle(told: told)
    }

    private func beDeafWhilePlaying() async {
        guard mode.takesTurns, !mode.bargesIn, let playback else { return }
        deafUntil = .now + (await playback.remaining())
    }

    private func announce(_ text: String, _ delivery: Delivery) async {
        defer { delivery.settle(turn: nil) }
        guard !Task.isCancelled else { return }
        // Numbered now: a reset that came while it waited does not concern it.
        let turn = queue.skip()
        announcing = (turn, delivery)
        await runCancellably(Latch()) { [runner, floor] in
            // A reset that comes while it is sent stops the rest of it.
            if await runner.announce(text, turn: turn), turn >= floor.first { delivery.settle(turn: turn) }
        }
        announcing = nil
        await beDeafWhilePlaying()
    }

    /// Runs one piece of work that `reset` can cancel.
    private func runCancellably(_ cancelled: Latch, _ work: @escaping Work) async {
        cancelRunning = cancelled
        await cancellable(cancelled, work)
        cancelRunning = nil
    }

    /// Runs work until it is over, or cancels it when the latch is set.
    nonisolated func cancellable(_ cancelled: Latch, _ work: @escaping Work) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await work() }
            group.addTask { await cancelled.wait() }
            await group.next()
            group.cancelAll()
        }
    }

    private func forget() async {
        do {
            try await engines.store.clear(session)
            log.info("conversation forgotten")
        } catch {
            log.error("conversation not forgotten", ["reason": .text("\(error)")])
        }
    }
}

extension UtteranceBuffer.Outcome {
    /// - Parameter limit: the longest utterance, seconds.
    fileprivate func samples(limit: Int) -> Result<[Float], TurnFailure> {
        switch self {
        case .utterance(let samples): .success(samples)
        case .empty: .failure(.emptyAudio)
        case .oddByteCount: .failure(.oddByteCount)
        case .discarded: .failure(.tooLong(limit: limit))
        }
    }
}
