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
        let overdue = OverdueAlarms(clock: clock, store: store, schedule: schedule, log: log)
        let leading = try await overdue.announce(in: request, now, emit)

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
}
