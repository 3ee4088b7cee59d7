/// Everything a server counts and times, under the names that Documentation/Operations.md explains.
///
/// Labels take few values each: never a session, an address or a text.
public struct ServerMetrics: Sendable {
    public let registry: MetricRegistry

    /// Turns by how they ended: `skill`, `model`, `apology`, `failed`, `cancelled`.
    public let turns: Counter
    /// Turns without an answer, by the name of their `TurnFailure`.
    public let turnFailures: Counter
    /// Things that went wrong, by part: see `Part`.
    public let errors: Counter
    /// Turns that were begun at a pause, ahead of their users: `used`, or `dropped` because speech went on.
    public let ahead: Counter
    /// Seconds of each stage of a turn.
    public let stages: Histogram
    /// Seconds from the end of speech until each stage was over.
    public let latency: Histogram
    /// Seconds of speech heard and made.
    public let speech: Counter
    /// Pieces of speech by how they came about, see `PhraseCache.Outcome`.
    public let phrases: Counter
    /// Sessions that are open.
    public let sessions: Gauge
    public let sessionsOpened: Counter
    /// Turns that wait behind their session's running one.
    public let waitingTurns: Gauge
    /// Utterances that were thrown away, by reason: `too_long`, `reset`.
    public let droppedUtterances: Counter
    /// Connections, sessions and turns that were turned away, by reason, such as `rate`, `address`, `draining`.
    public let refused: Counter
    /// Keys that were missing or wrong, by door.
    public let authenticationFailures: Counter
    public let alarmsAnnounced: Counter
    public let alarmsWaiting: Gauge
    /// Seconds that the storage took, by kind: `read`, `write`.
    public let storage: Histogram
    /// Seconds from giving the network's loop something to do until it did it.
    public let loopDelay: Histogram
    /// The last turns, for `/status`.
    public let recent = RecentTurns()

    /// A part that something went wrong in.
    public enum Part: String, CaseIterable, Sendable { case recognition, chat, synthesis, storage }

    public init(_ registry: MetricRegistry = MetricRegistry()) {
        self.registry = registry
        turns = registry.counter(
            "hotpin_turns_total", "Turns by how they ended.", labels: ["outcome"],
            known: [["skill"], ["model"], ["apology"], ["failed"], ["cancelled"]])
        turnFailures = registry.counter(
            "hotpin_turn_failures_total", "Turns without an answer, by reason.", labels: ["reason"],
            known: TurnFailure.metricNames.map { [$0] })
        errors = registry.counter(
            "hotpin_errors_total", "Things that went wrong inside, by part.", labels: ["part"],
            known: Part.allCases.map { [$0.rawValue] })
        ahead = registry.counter(
            "hotpin_ahead_turns_total", "Turns that were begun at a pause, by what became of them.",
            labels: ["outcome"], known: [["used"], ["dropped"]])
        stages = registry.histogram(
            "hotpin_turn_stage_seconds", "Time that each stage of a turn took.", labels: ["stage"],
            known: ["queue", "recognition", "reply", "first_audio", "last_audio", "sent"].map { [$0] })
        latency = registry.histogram(
            "hotpin_turn_latency_seconds", "Time from the end of speech until a stage was over.", labels: ["until"],
            known: ["transcript", "reply", "first_audio", "last_audio", "sent"].map { [$0] })
        speech = registry.counter(
            "hotpin_speech_seconds_total", "Length of the speech that was heard and made.", labels: ["direction"],
            known: [["heard"], ["made"]])
        phrases = registry.counter(
            "hotpin_phrases_total", "Pieces of speech: from memory, shared with another request, made.",
            labels: ["result"], known: PhraseCache.Outcome.allCases.map { [$0.rawValue] })
        sessions = registry.gauge("hotpin_sessions", "Sessions that are open.")
        sessionsOpened = registry.counter("hotpin_sessions_opened_total", "Sessions that were opened.")
        waitingTurns = registry.gauge("hotpin_turns_waiting", "Turns that wait behind their session's running one.")
        droppedUtterances = registry.counter(
            "hotpin_utterances_dropped_total", "Utterances that were thrown away, by reason.", labels: ["reason"],
            known: [["too_long"], ["reset"]])
        refused = registry.counter(
            "hotpin_refused_total", "Connections, sessions and turns that were turned away, by reason.",
            labels: ["reason"],
            known: [["busy"], ["rate"], ["draining"], ["taken_over"], ["idle"], ["wrong_key"]])
        authenticationFailures = registry.counter(
            "hotpin_authentication_failures_total", "Keys that were missing or wrong, by door.", labels: ["door"],
            known: [["http"], ["hotpin"], ["metrics"], ["status"]])
        alarmsAnnounced = registry.counter("hotpin_alarms_announced_total", "Timers and alarms that rang.")
        alarmsWaiting = registry.gauge("hotpin_alarms_waiting", "Timers and alarms that are set.")
        storage = registry.histogram(
            "hotpin_storage_seconds", "Time that the storage took, by kind.", bounds: Histogram.short,
            labels: ["kind"], known: [["read"], ["write"]])
        loopDelay = registry.histogram(
            "hotpin_loop_delay_seconds", "Time until the network's loop took up something new.",
            bounds: Histogram.short)
    }
}
