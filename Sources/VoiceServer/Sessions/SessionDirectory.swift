import VoicePipeline

/// The open sessions of every door: who owns which, what they may ask, who must leave.
///
/// As a service it runs announcements and sends idle sessions away.
public actor SessionDirectory: Service {
    /// What a session may do.
    public struct Limits: Sendable {
        public var turnsPerMinute = 30
        public var turnsPerMinutePerAddress = 120
        /// Without audio and signals for so long, a session is closed.
        public var idle = Duration.seconds(3600)
        public init() {}
    }

    /// Called when a session has opened, with its stored name.
    public typealias OnOpen = @Sendable (_ session: String) async -> Void

    private struct Entry {
        var session: OpenSession
        /// Set when it may run turns, or was sent away; nil if it never had to wait.
        let decided: Latch?
        var idleness = SessionIdleness()
        var isReady = false
    }

    private let limits: Limits
    private let clock: any Clock<Duration>
    private let elapsed: @Sendable () -> Duration
    private let metrics: ServerMetrics
    private let log: Log
    private var entries: [SessionSeats.Ticket: Entry] = [:]
    private var seats = SessionSeats()
    private var limiter: TurnLimiter
    private var last = 0
    private var isDraining = false
    private var onOpen: OnOpen?
    /// Announcements to be spoken; they wait here only until `run` has taken them.
    private let works = BoundedChannel<Conversation.Work>(capacity: 16)

    public init(
        limits: Limits = Limits(), clock: any Clock<Duration> = ContinuousClock(),
        metrics: ServerMetrics = ServerMetrics(), log: Log = .none
    ) {
        self.metrics = metrics
        self.limits = limits
        self.clock = clock
        self.log = log
        elapsed = Self.stopwatch(clock)
        limiter = TurnLimiter(perSession: limits.turnsPerMinute, perAddress: limits.turnsPerMinutePerAddress)
    }

    /// Sessions that are open now.
    public var count: Int { entries.count }

    /// Sets what is called when a session has opened.
    public func setOnOpen(_ action: @escaping OnOpen) { onOpen = action }

    /// Takes a connection's session over; the connection that had it is closed, its running turn cancelled.
    /// - Returns: a ticket to leave with, once its turns may run; nil if the server stops, or the connection was itself
    ///   taken over or lost meanwhile.
    func open(_ session: OpenSession) async -> SessionSeats.Ticket? {
        guard !isDraining, !Task.isCancelled else { return nil }
        last += 1
        let ticket = last
        let (evicted, isAdmitted) = seats.enter(ticket, session: session.id)
        let decided = isAdmitted ? nil : Latch()
        entries[ticket] = Entry(session: session, decided: decided)
        metrics.sessions.add(1)
        metrics.sessionsOpened.count()
        if let evicted, let old = entries[evicted] {
            metrics.refused.count("taken_over")
            log.info("session taken over", ["session": .text(session.id)])
            old.decided?.set()
            await old.session.conversation.end()
            await old.session.close(.takenOver)
        }
        await decided?.wait()
        guard seats.admitted(session.id) == ticket, !isDraining, !Task.isCancelled else {
            leave(ticket)
            return nil
        }
        return ticket
    }

    /// The client was told that its session is open: what waits for it may be announced.
    func opened(_ ticket: SessionSeats.Ticket) async {
        guard let session = entries[ticket]?.session else { return }
        entries[ticket]?.isReady = true
        await onOpen?(session.id)
    }

    /// The connection's turns are over.
    func leave(_ ticket: SessionSeats.Ticket) {
        guard let entry = entries.removeValue(forKey: ticket) else { return }
        metrics.sessions.add(-1)
        if let next = seats.leave(ticket, session: entry.session.id) { entries[next]?.decided?.set() }
    }

    /// Whether a session may ask a question now.
    /// - Returns: why not.
    func refusal(for session: OpenSession) -> TurnFailure? { refusal(for: session.id, at: session.address) }

    /// Whether a session of a client at an address may ask a question now.
    /// - Returns: why not.
    func refusal(for session: String, at address: String) -> TurnFailure? {
        if isDraining {
            metrics.refused.count("draining")
            return .stopping
        }
        let wait = limiter.admit(session: session, address: address, now: elapsed())
        guard let wait else { return nil }
        metrics.refused.count("rate")
        return .tooMany(seconds: wait)
    }

    /// Whether a session is open here that hears announcements.
    public func listens(to session: String) -> Bool { listener(session) != nil }

    private func listener(_ session: String) -> OpenSession? {
        guard !isDraining, let ticket = seats.admitted(session), let entry = entries[ticket], entry.isReady,
            entry.session.wantsAnnouncements
        else { return nil }
        return entry.session
    }

    /// Says a sentence in a session, and waits until it has arrived.
    /// - Returns: false if it must be said another time: the session is not open or hears no announcements, it was
    ///   reset meanwhile, or its connection ended before the client had shown that it is still there.
    public func announce(_ text: String, in session: String) async -> Bool {
        guard let listener = listener(session) else { return false }
        let delivery = Delivery()
        let (isTaken, work) = await listener.conversation.announce(text, delivery)
        if let work {
            let running: Conversation.Work = { await listener.run(work) }
            if await !works.send(running) { await running() }
        }
        guard isTaken, let turn = await delivery.turn() else { return false }
        return await listener.confirm(turn)
    }

    /// Speaks announcements and sends idle sessions away, until the task is cancelled.
    public func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.sendIdleAway() }
            for await work in works { group.addTask { await work() } }
            group.cancelAll()
            // What was handed over must run, be it only to see that there is no time left.
            for work in works.finishAndTakeRest() { group.addTask { await work() } }
        }
    }

    private func sendIdleAway() async {
        while !Task.isCancelled {
            try? await clock.sleep(for: limits.idle / SessionIdleness.looks)
            for (ticket, entry) in entries {
                let isResting = await entry.session.conversation.isResting
                let isIdle = entries[ticket]?.idleness.look(activity: entry.session.activity, isResting: isResting)
                guard isIdle == true else { continue }
                metrics.refused.count("idle")
                await entry.session.close(.idle)
            }
        }
    }

    /// Takes no new turn, lets what runs finish, then closes every session.
    /// - Parameter limit: what runs longer is cancelled and told.
    public func drain(within limit: Duration) async {
        isDraining = true
        let sessions = entries.values.map(\.session)
        log.info("draining", ["sessions": .int(sessions.count)])
        guard await !Self.isDone(within: limit, clock, { await Self.closeAtRest(sessions) }) else { return }
        let late = entries.values.map(\.session)
        log.warning("turns cut off after the drain limit", ["sessions": .int(late.count)])
        // Who does not read is not waited for.
        _ = await Self.isDone(within: .seconds(1), ContinuousClock()) {
            await withDiscardingTaskGroup { group in
                for session in late { group.addTask { await session.conversation.end(with: .stopping) } }
            }
        }
        for session in late { await session.close(.stopping) }
    }

    /// Runs something, but cancels it after a while.
    private static func isDone(
        within limit: Duration, _ clock: any Clock<Duration>, _ work: @escaping @Sendable () async -> Void
    ) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await work()
                return true
            }
            group.addTask {
                try? await clock.sleep(for: limit)
                return false
            }
            let isDone = await group.next() ?? true
            group.cancelAll()
            return isDone
        }
    }

    private static func closeAtRest(_ sessions: [OpenSession]) async {
        await withDiscardingTaskGroup { group in
            for session in sessions {
                group.addTask {
                    await session.conversation.untilRest()
                    if !Task.isCancelled { await session.close(.stopping) }
                }
            }
        }
    }

    private static func stopwatch<C: Clock<Duration>>(_ clock: C) -> @Sendable () -> Duration {
        let start = clock.now
        return { start.duration(to: clock.now) }
    }
}
