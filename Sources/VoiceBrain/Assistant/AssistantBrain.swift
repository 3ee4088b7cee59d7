import VoicePipeline

/// The assistant's brain: what a skill is certain of, a skill answers at once; the rest goes to the chat model, which
/// has the skills as its tools.
public struct AssistantBrain: Brain {
    private let clock: any WallClock
    private let monotonic: any MonotonicClock
    private let store: any AssistantStore
    private let chat: (any ChatModel)?
    private let log: Log
    private let router: SkillRouter
    private let schedule = AlarmSchedule()
    private let toolSupport = ToolSupport()

    /// Messages of history that the model is given: ten turns.
    static let historyMessages = 20
    /// Characters of one message of history at most.
    static let historyCharacters = 2000
    static let forgetful = "I can't remember that now."
    static let unheard = "I didn't catch that. Could you say it again?"
    static let noModel =
        "I need a language model for that. To give me one, set GROQ_API_KEY, or LLM_BASE_URL and LLM_MODEL, and start me "
        + "again."

    /// - Parameters:
    ///   - monotonic: measures timers.
    ///   - chat: nil leaves the skills alone.
    public init(
        clock: any WallClock, monotonic: any MonotonicClock = SystemMonotonicClock(), store: any AssistantStore,
        chat: (any ChatModel)?, log: Log
    ) {
        self.clock = clock
        self.monotonic = monotonic
        self.store = store
        self.chat = chat
        self.log = log
        router = .standard
    }

    /// The service that announces this brain's timers and alarms when they are due.
    /// - Parameters:
    ///   - timer: measures the waiting.
    ///   - pollSeconds: how often the clocks and the store are looked at; 2 for a store that processes share.
    ///   - listens: whether someone is connected to a session of this process.
    ///   - announce: tells a session a sentence; returns false if it could not.
    public func alarmService(
        timer: any Clock<Duration> = ContinuousClock(), pollSeconds: Double = 30,
        listens: @escaping AlarmService.Listens = { _ in true }, announce: @escaping AlarmService.Announce
    ) -> AlarmService {
        AlarmService(
            clock: clock, monotonic: monotonic, timer: timer, store: store, schedule: schedule,
            pollSeconds: pollSeconds, log: log, listens: listens, announce: announce)
    }

    public func reply(
        to request: BrainRequest, emit: @Sendable (_ piece: String) async throws -> Void
    ) async throws -> BrainReply {
        try Task.checkCancellation()
        let utterance = Utterance(request.utterance)
        let now = Now(clock, monotonic)
        let leading = try await announceDue(request, now, emit)

        let claim = claim(on: utterance, request, now)
        if let claim, claim.certainty == .certain || chat == nil {
            if claim.hasEffects { try await request.commitment.wait() }
            let text = await perform(claim, request, now)
            try await emit(text)
            return BrainReply(text: leading + text, source: .skill(claim.skill))
        }
        guard !utterance.words.isEmpty else {
            try await emit(Self.unheard)
            return BrainReply(text: leading + Self.unheard, source: .skill("small talk"))
        }
        guard let chat else {
            try await emit(Self.noModel)
            return BrainReply(text: leading + Self.noModel, source: .skill("no model"))
        }
        let model = ModelReply(
            chat: chat, tools: SkillTools.all(context), toolSupport: toolSupport, commitment: request.commitment,
            log: log)
        let answer = try await model.answer(messages(request, now), session: request.session, emit: emit)
        if let failure = answer.failure {
            return BrainReply(text: leading + answer.text, source: .apology(failure))
        }
        return BrainReply(text: leading + answer.text, source: .model(chat.name))
    }

    /// The skill that is meant, by the words themselves or as the answer to a question of ours.
    private func claim(on utterance: Utterance, _ request: BrainRequest, _ now: Now) -> SkillClaim? {
        let claim = router.claim(on: utterance, at: now)
        if claim?.certainty == .certain { return claim }
        for reading in FollowUp.readings(of: request.utterance, history: request.history) {
            if let better = router.claim(on: Utterance(reading), at: now), better.certainty == .certain {
                return better
            }
        }
        return claim
    }

    private func perform(_ claim: SkillClaim, _ request: BrainRequest, _ now: Now) async -> String {
        let context = SkillContext(
            session: request.session, history: request.history, clock: clock, store: store, now: now,
            alarmsChanged: { [schedule] in schedule.changed.signal() })
        do {
            return try await claim.perform(in: context)
        } catch {
            log.error("skill failed", ["skill": .text(claim.skill), "reason": .text("\(error)")])
            return Self.forgetful
        }
    }

    /// What a tool call acts with.
    @Sendable private func context(_ session: String) -> SkillContext {
        SkillContext(
            session: session, history: [], clock: clock, store: store, now: Now(clock, monotonic),
            alarmsChanged: { [schedule] in schedule.changed.signal() })
    }

    private func messages(_ request: BrainRequest, _ now: Now) -> [ChatMessage] {
        var messages = [ChatMessage(.system, SystemPrompt.text(now))]
        let spoken = request.history.filter { $0.role == .user || $0.role == .assistant }
        for message in spoken.suffix(Self.historyMessages) {
            messages.append(ChatMessage(message.role, String(message.content.prefix(Self.historyCharacters))))
        }
        messages.append(ChatMessage(.user, Utterance.bounded(request.utterance)))
        return messages
    }

    /// Says which timers and alarms of a session ran out and were not announced yet; then they are forgotten.
    /// Waits, if there are any, until the turn is meant: they are announced once.
    /// - Returns: what was said, with a blank after it.
    private func announceDue(
        _ request: BrainRequest, _ now: Now, _ emit: @Sendable (String) async throws -> Void
    ) async throws -> String {
        let ripe = await due(request.session, now)
        guard !ripe.isEmpty else { return "" }
        try await request.commitment.wait()
        let due = await claimed(ripe)
        guard !due.isEmpty else { return "" }
        let sentences = due.map { Announcement.sentence($0, now: now.reading, clock: clock) }
        let text = sentences.joined(separator: " ") + " "
        do {
            try await emit(text)
        } catch {
            for alarm in due { await schedule.release(alarm, in: store) }
            throw error
        }
        for alarm in due {
            do {
                try await schedule.finish(alarm, in: store)
            } catch {
                log.error("announced alarm not forgotten", ["reason": .text("\(error)")])
            }
        }
        return text
    }

    /// At most so many are announced before one answer; the others open the next ones.
    private static let announcedAtOnce = 5

    private func due(_ session: String, _ now: Now) async -> [Alarm] {
        do {
            return try await store.alarms(of: session).filter { $0.left(at: now.reading) <= 0 }
        } catch {
            log.error("alarms not readable", ["reason": .text("\(error)")])
            return []
        }
    }

    /// Those of the alarms that nobody else announces.
    private func claimed(_ alarms: [Alarm]) async -> [Alarm] {
        var mine: [Alarm] = []
        do {
            for alarm in alarms where mine.count < Self.announcedAtOnce {
                if try await schedule.claim(alarm, in: store) { mine.append(alarm) }
            }
        } catch {
            log.error("alarms not readable", ["reason": .text("\(error)")])
        }
        return mine
    }
}
