/// One session: takes samples and signals, gives `TurnEvent`s. Turns run one after another in `run()`.
///
/// ```
///  append ─► UtteranceBuffer ─end─► TurnQueue ─► commands ─► run(): TurnRunner ─► events ─► door
///                                        ▲ reset: running turn cancelled, waiting ones dropped
/// ```
/// Turn state lives in the two values; the actor only carries it across suspensions.
public actor Conversation: Service {
    /// The session's id, as the client gave it.
    public nonisolated let session: String
    /// What happens; one consumer. Events of a turn below `firstValidTurn` were overtaken by a reset.
    public nonisolated let events: BoundedChannel<TurnEvent>

    private enum Command: Sendable {
        case turn(TurnRunner.Turn)
        case forget
        case announce(String, turn: Int)
    }

    private let runner: TurnRunner
    private let engines: SessionEngines
    private let log: Log
    private let commands: BoundedChannel<Command>
    private var buffer: UtteranceBuffer
    private var queue: TurnQueue<UtteranceBuffer.Outcome>
    private var cancelRunning: Latch?
    private var forgetPending = false
    private nonisolated let validFrom = Guarded(0)

    /// - Parameter clock: for deadlines.
    public init(
        session: String, engines: SessionEngines, limits: SessionLimits = SessionLimits(),
        clock: any Clock<Duration> = ContinuousClock(), log: Log
    ) {
        let log = log.with(["session": .text(session)])
        self.session = session
        self.engines = engines
        self.log = log
        events = BoundedChannel(capacity: limits.queuedEvents)
        // One turn, one reset and one announcement can wait here at a time; the queue holds the other turns.
        commands = BoundedChannel(capacity: 4)
        buffer = UtteranceBuffer(seconds: limits.utteranceSeconds)
        queue = TurnQueue(capacity: limits.waitingTurns)
        runner = TurnRunner(
            session: session, engines: engines, limits: limits, clock: clock, log: log, events: events)
    }

    /// Turns below this number were reset; their events are not to be sent any more.
    public nonisolated var firstValidTurn: Int { validFrom.withLock { $0 } }

    /// Adds PCM to the utterance: 16 kHz, mono, 16-bit little-endian, any number of bytes.
    public func append(_ chunk: [UInt8]) {
        guard !buffer.append(chunk) else { return }
        engines.metrics.droppedUtterances.count("too_long")
        log.warning("utterance too long, dropped")
    }

    /// Ends the utterance. Its turn begins now, or after the turns that already wait.
    public func endOfSpeech() async {
        switch queue.end(buffer.finish(), at: .now) {
        case .start(let turn): await commands.send(.turn(turn))
        case .waits: break
        case .refused(let number):
            engines.metrics.refused.count("busy")
            engines.metrics.turnFailed(.busy)
            log.warning("turn refused: too many wait")
            await events.send(TurnEvent(turn: number, .failed(.busy)))
        }
    }

    /// Forgets the conversation: the running turn is cancelled, waiting turns and the utterance are dropped.
    public func reset() async {
        buffer.clear()
        let next = queue.skip() + 1
        validFrom.withLock { $0 = next }
        if queue.reset() != nil { cancelRunning?.set() }
        guard !forgetPending else { return }
        forgetPending = true
        await commands.send(.forget)
    }

    /// Says something unasked after what runs now.
    /// - Returns: false if the session is over.
    public func announce(_ text: String) async -> Bool {
        await commands.send(.announce(text, turn: queue.skip()))
    }

    /// Runs the session's turns until the task is cancelled or `finish()` was called.
    public func run() async {
        for await command in commands {
            switch command {
            case .turn(let first):
                var next: TurnRunner.Turn? = first
                while let turn = next, !Task.isCancelled {
                    await runCancellably { [runner] in await runner.run(turn) }
                    next = queue.finished(turn.number)
                }
            case .announce(let text, let turn):
                await runCancellably { [runner] in await runner.announce(text, turn: turn) }
            case .forget:
                forgetPending = false
                await forget()
            }
        }
        events.finish()
    }

    /// Ends the session once what runs has ended.
    public nonisolated func finish() {
        commands.finish()
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
