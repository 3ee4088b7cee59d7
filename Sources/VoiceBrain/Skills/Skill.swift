import VoicePipeline

/// One thing the assistant can do by itself, without a language model.
///
/// Matching has no effects and needs no store, so that it can run ahead of the end of a turn; `perform` acts.
package protocol Skill: Sendable {
    /// What was asked for, read out of the words.
    associatedtype Intent: Sendable

    /// Short name for logs and `BrainReply.Source`.
    var name: String { get }

    /// - Returns: what the utterance asks of this skill; nil when it is not its own.
    func matches(_ utterance: Utterance, at now: Now) -> SkillMatch<Intent>?

    /// Whether doing it changes something that outlives the answer: such an intent waits until the turn is meant.
    /// What only reads or computes may be answered ahead of its user.
    func hasEffects(_ intent: Intent) -> Bool

    /// Does it.
    /// - Returns: one or two sentences to be spoken.
    func perform(_ intent: Intent, in context: SkillContext) async throws(StorageError) -> String
}

extension Skill {
    /// A skill that says nothing about it waits.
    package func hasEffects(_ intent: Intent) -> Bool { true }
}

/// A skill's reading of an utterance.
package struct SkillMatch<Intent: Sendable>: Sendable {
    package var intent: Intent
    package var certainty: Certainty

    package init(_ intent: Intent, _ certainty: Certainty = .certain) {
        self.intent = intent
        self.certainty = certainty
    }
}

/// How sure a skill is that it is meant.
package enum Certainty: Int, Comparable, Sendable {
    /// A language model, where there is one, understands it better.
    case likely
    /// The whole utterance was understood.
    case certain

    package static func < (a: Certainty, b: Certainty) -> Bool { a.rawValue < b.rawValue }
}

/// The moment at which an utterance is understood.
package struct Now: Sendable {
    /// Both clocks at that moment.
    package let reading: ClockReading
    package let local: LocalTime
    package let today: CalendarDate

    /// Seconds since 1970.
    package var seconds: Double { reading.wall }

    package init(_ clock: any WallClock, _ monotonic: any MonotonicClock = SystemMonotonicClock()) {
        reading = ClockReading(clock, monotonic)
        let seconds = reading.wall
        local = clock.local(seconds)
        today = local.date ?? CalendarDate.epoch
    }
}

extension CalendarDate {
    /// 1970-01-01, what a machine without a clock believes.
    static let epoch = CalendarDate(unchecked: 1970, 1, 1)
}

/// What a skill acts with.
package struct SkillContext: Sendable {
    package let session: String
    /// The turns before, oldest first.
    package let history: [ChatMessage]
    package let clock: any WallClock
    package let store: any AssistantStore
    package let now: Now
    /// Called after timers or alarms were added or taken away.
    package let alarmsChanged: @Sendable () -> Void

    package init(
        session: String, history: [ChatMessage], clock: any WallClock, store: any AssistantStore, now: Now,
        alarmsChanged: @escaping @Sendable () -> Void = {}
    ) {
        self.session = session
        self.history = history
        self.clock = clock
        self.store = store
        self.now = now
        self.alarmsChanged = alarmsChanged
    }
}
