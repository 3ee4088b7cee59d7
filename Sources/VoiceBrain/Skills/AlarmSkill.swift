import VoicePipeline

/// "Set an alarm for seven", "wake me up at 6:30 tomorrow".
struct AlarmSkill: Skill {
    enum Intent: Sendable {
        case set(SpokenMoment, label: String, preference: SpokenMoment.Preference)
        case recurring
        case list(Noun)
        case next
        case cancel(AlarmSelector, Noun)
    }
    /// Reminders are alarms that have something to say.
    enum Noun: String, Sendable {
        case alarm, reminder

        func picks(_ alarms: [Alarm]) -> [Alarm] {
            self == .alarm ? alarms : alarms.filter { !$0.label.isEmpty }
        }
    }
    let name = "alarm"

    func matches(_ utterance: Utterance, at now: Now) -> SkillMatch<Intent>? {
        AlarmGrammar.intent(utterance, now).map { SkillMatch($0) }
    }

    func hasEffects(_ intent: Intent) -> Bool {
        switch intent {
        case .set, .cancel: true
        case .recurring, .list, .next: false
        }
    }

    func perform(_ intent: Intent, in context: SkillContext) async throws(StorageError) -> String {
        let book = AlarmBook(context: context, kind: .alarm)
        switch intent {
        case .set(let moment, let label, let preference):
            return try await AlarmSetting(moment: moment, label: label, preference: preference).perform(book)
        case .recurring: return "I can only set alarms that ring once. Say, for example: wake me at seven tomorrow."
        case .list(let noun): return try await list(noun, book)
        case .next: return try await next(book)
        case .cancel(let selector, let noun): return try await cancel(selector, noun, book)
        }
    }

    private func list(_ noun: Noun, _ book: AlarmBook) async throws(StorageError) -> String {
        let alarms = noun.picks(try await book.all())
        if alarms.isEmpty { return "You have no \(noun)s set." }
        let parts = alarms.prefix(5).map { Self.describe($0, book.context) }
        if alarms.count == 1 { return Spoken.sentence("You have one \(noun): \(parts[0])") }
        let more = alarms.count > 5 ? " The others are later." : ""
        return Spoken.sentence("You have \(alarms.count) \(noun)s: \(Spoken.list(Array(parts)))") + more
    }

    private func next(_ book: AlarmBook) async throws(StorageError) -> String {
        guard let alarm = try await book.all().first else { return "You have no alarms set." }
        return Spoken.sentence(
            "Your next alarm is \(alarm.label.isEmpty ? "" : "for: ")\(Self.describe(alarm, book.context))")
    }

    private func cancel(
        _ selector: AlarmSelector, _ noun: Noun, _ book: AlarmBook
    ) async throws(StorageError) -> String {
        let alarms = noun.picks(try await book.all())
        if alarms.isEmpty { return "You have no \(noun)s set." }
        let picked = selector.picks(from: alarms, book.context.clock)
        if picked.isEmpty { return "I can't find that \(noun). " + (try await list(noun, book)) }
        if picked.count > 1, selector != .all {
            let names = picked.prefix(5).map { Self.describe($0, book.context) }
            return "You have \(picked.count) \(noun)s: \(Spoken.list(Array(names))). Which one shall I cancel?"
        }
        try await book.remove(picked)
        if picked.count == 1 {
            return Spoken.sentence("I canceled the \(noun) \(Self.describe(picked[0], book.context))")
        }
        return "I canceled all \(picked.count) \(noun)s."
    }

    /// "at 7 a.m. tomorrow", "call Anna at 5 p.m. today".
    static func describe(_ alarm: Alarm, _ context: SkillContext) -> String {
        let when = Self.when(alarm.due, context)
        return alarm.label.isEmpty ? when : "\(alarm.label) \(when)"
    }

    /// "at 7 a.m. tomorrow".
    static func when(_ due: Double, _ context: SkillContext) -> String {
        let local = context.clock.local(due)
        let time = "at " + Spoken.time(hour: local.hour, minute: local.minute)
        guard let date = local.date else { return time }
        switch date.dayNumber - context.now.today.dayNumber {
        case 0: return "\(time) today"
        case 1: return local.hour == 0 && local.minute == 0 ? "\(time) tonight" : "\(time) tomorrow"
        case let days where days < 365: return "\(time) on \(date.weekdayName), \(date.monthAndDay)"
        default: return "\(time) on \(date.monthAndDay), \(date.year)"
        }
    }
}

/// Sets one alarm or reminder.
struct AlarmSetting {
    let moment: SpokenMoment
    let label: String
    let preference: SpokenMoment.Preference

    func perform(_ book: AlarmBook) async throws(StorageError) -> String {
        let context = book.context
        let example = label.isEmpty ? "set an alarm for 7 a.m" : "remind me at 5 p.m. to call home"
        switch moment.resolved(context.now, context.clock, preference) {
        case .needsTime: return "At what time? Say, for example: \(example)."
        case .past: return "That time has already passed."
        case .due(let due):
            guard due - context.now.seconds >= 1 else { return "That time has already passed." }
            guard due - context.now.seconds <= AlarmBook.maximumSpan else {
                return "That's too far ahead. I can remember alarms for a year."
            }
            guard try await book.add(due: due, label: label, basis: moment.delay == nil ? .calendar : .elapsed)
            else {
                return "You have too many timers and alarms already. Cancel one first."
            }
            let when = AlarmSkill.when(due, context)
            if label.isEmpty { return Spoken.sentence("Alarm set \(when.replacingAt())") }
            return Spoken.sentence("I'll remind you \(when): \(label)")
        }
    }
}

extension String {
    /// "at 7 a.m." to "for 7 a.m.", as one says of an alarm.
    fileprivate func replacingAt() -> String {
        hasPrefix("at ") ? "for " + dropFirst(3) : self
    }
}
