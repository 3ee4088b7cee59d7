import VoiceProtocol

/// One session: takes samples and signals, gives `TurnEvent`s. Its turns run one after another.
///
/// ```
///  append ─► UtteranceBuffer ─end─► TurnQueue ─► commands ─► Work: TurnRunner ─► emit (a door)
///                                        ▲ reset: running turn cancelled, waiting ones dropped
/// ```
/// Turn state lives in the two values; the actor only carries it across suspensions. At rest there is no task and no
/// queue: whatever brings something to do hands out `Work`, and the caller runs it in a task of its own. There is one
/// `Work` at a time, which does everything that waits.
public actor Conversation {
    /// Takes what happens, in order; its suspension holds the turn back. Events of a turn below the
    /// `TurnFloor` were overtaken by a reset.
    public typealias Emit = @Sendable (TurnEvent) async -> Void
    /// What is to be done now; it must be run, once. It returns when nothing is left to do.
    public typealias Work = @Sendable () async -> Void

    /// The session's name in the stores.
    public nonisolated let session: String

    private enum Command: Sendable {
        case turn(TurnRunner.Turn)
        case refusal(TurnRunner.Turn)
        case forget
        case announce(String)

        var isForgetting: Bool { if case .forget = self { true } else { false } }
        var isAnnouncing: Bool { if case .announce = self { true } else { false } }
        var isRefusal: Bool { if case .refusal = self { true } else { false } }
    }

    private let runner: TurnRunner
    private let engines: SessionEngines
    private let log: Log
    private let emit: Emit
    private let playback: (any AnswerPlayback)?
    private let floor: TurnFloor
    private var commands: [Command] = []
    private var buffer: UtteranceBuffer
    private var queue: TurnQueue<Result<[Float], TurnFailure>>
    private var cancelRunning: Latch?
    private var announcements = 0
    /// Set when the work that runs now is over; nil at rest.
    private var rest: Latch?
    private var isEnded = false

    /// Announcements that may wait.
    static let waitingAnnouncements = 4

    /// - Parameters:
    ///   - mode: as the client asked.
    ///   - recovery: for sessions without a screen: failures are spoken instead of emitted.
    ///   - playback: knows what of an answer was heard.
    ///   - clock: for deadlines.
    ///   - floor: tells `emit` what was reset.
    ///   - emit: takes what happens.
    public init(
        session: String, engines: SessionEngines, limits: SessionLimits = SessionLimits(),
        mode: SessionMode = SessionMode(), recovery: RecoveryPolicy? = nil, playback: (any AnswerPlayback)? = nil,
        clock: any Clock<Duration> = ContinuousClock(), log: Log, floor: TurnFloor = TurnFloor(), emit: @escaping Emit
    ) {
        self.session = session
        self.engines = engines
        self.log = log
        self.emit = emit
        self.playback = playback
        self.floor = floor
        buffer = UtteranceBuffer(seconds: limits.utteranceSeconds)
        queue = TurnQueue(capacity: limits.waitingTurns)
        runner = TurnRunner(
            session: session, request: RequestID.current ?? RequestID.random(), engines: engines, limits: limits,
            recovery: recovery.map(RecoveryState.init), clock: clock, log: log, emit: emit)
    }

    /// Adds PCM to the utterance: 16 kHz, mono, 16-bit little-endian, any number of bytes.
    /// - Returns: what is to be done ahead of the user.
    @discardableResult
    public func append(_ chunk: [UInt8]) -> Work? {
        if !buffer.append(chunk) { tellDropped() }
        return nil
    }

    /// Adds samples to the utterance: 16 kHz, mono, -1…1.
    public func append(samples: [Float]) -> Work? {
        append(PCM16.encode(samples))
    }

    private func tellDropped() {
        engines.metrics.droppedUtterances.count("too_long")
        log.warning("utterance too long, dropped")
    }

    /// Stops the running answer and drops the turns that wait; the conversation and the utterance stay.
    /// - Parameter played: how much of the answer's audio the client has played, if it says so.
    /// - Returns: whether there was anything to stop; `.interrupted` was emitted then.
    public func cancel(played: Duration? = nil) async -> Bool {
        guard rest != nil, !isEnded else { return false }
        drop()
        let heard = await playback?.heard(played: played) ?? ""
        await emit(TurnEvent(turn: floor.first, .interrupted(heard: heard)))
        return true
    }

    /// Ends the utterance. Its turn begins now, or after the turns that already wait.
    /// - Parameter refusal: why this turn gets no answer, if it gets none: it fails so when its time has come.
    public func endOfSpeech(refusal: TurnFailure? = nil) async -> Work? {
        let outcome = buffer.finish()
        guard !isEnded else { return nil }
        let input: Result<[Float], TurnFailure> =
            if let refusal { .failure(refusal) } else { outcome.samples(limit: runner.limits.utteranceSeconds) }
        switch queue.end(input, at: .now) {
        case .start(let turn): return start(.turn(turn))
        case .waits:
            engines.metrics.waitingTurns.add(1)
            return nil
        case .refused(let number):
            engines.metrics.refused.count("busy")
            log.warning("turn refused: too many wait", ["turn": .int(number)])
            // One refusal waits to be spoken; a flood of them gets the plain failure.
            if runner.recovery != nil, !commands.contains(where: \.isRefusal) {
                return start(.refusal(TurnRunner.Turn(number: number, input: .failure(.busy), ended: .now)))
            }
            engines.metrics.turnFailed(.busy)
            await emit(TurnEvent(turn: number, .failed(.busy)))
            return nil
        }
    }

    /// Forgets the conversation: the running turn is cancelled, waiting turns and the utterance are dropped.
    public func reset() -> Work? {
        buffer.clear()
        drop()
        runner.recovery?.reset()
        if commands.contains(where: \.isForgetting) { return nil }
        return start(.forget)
    }

    /// Says something unasked after what runs and waits now.
    /// - Returns: whether it will be said; no if the session is over or too much waits to be announced.
    public func announce(_ text: String) -> (isTaken: Bool, work: Work?) {
        guard !isEnded, announcements < Self.waitingAnnouncements else { return (false, nil) }
        announcements += 1
        return (true, start(.announce(text)))
    }

    /// Cancels what runs, drops what waits, and takes nothing more. What is to be forgotten will be.
    /// - Parameter failure: what a running turn fails with; nil ends it without a word.
    public func end(with failure: TurnFailure? = nil) async {
        guard !isEnded else { return }
        isEnded = true
        let running = queue.current
        buffer.clear()
        drop()
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

    private func start(_ command: Command) -> Work? {
        commands.append(command)
        guard rest == nil else { return nil }
        rest = Latch()
        return { await self.work() }
    }

    private func work() async {
        while !commands.isEmpty {
            switch commands.removeFirst() {
            case .turn(let first):
                var next: TurnRunner.Turn? = first
                while let turn = next, !Task.isCancelled {
                    await runCancellably { [runner] in await runner.run(turn) }
                    next = queue.finished(turn.number)
                    if next != nil { engines.metrics.waitingTurns.add(-1) }
                }
            case .refusal(let turn):
                guard !Task.isCancelled else { continue }
                await runCancellably { [runner] in await runner.run(turn) }
            case .announce(let text):
                announcements -= 1
                guard !Task.isCancelled else { continue }
                // Numbered now: a reset that came while it waited does not concern it.
                let turn = queue.skip()
                await runCancellably { [runner] in await runner.announce(text, turn: turn) }
            // What was asked to be forgotten is, also when who asked has left.
            case .forget: await forget()
            }
        }
        let rest = self.rest
        self.rest = nil
        rest?.set()
    }

    /// Runs one piece of work that `reset` can cancel.
    private func runCancellably(_ work: @escaping @Sendable () async -> Void) async {
        let cancelled = Latch()
        cancelRunning = cancelled
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await work() }
            group.addTask { await cancelled.wait() }
            await group.next()
            group.cancelAll()
        }
        cancelRunning = nil
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
