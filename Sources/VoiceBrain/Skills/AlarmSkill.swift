import VoicePipeline

/// "Set an alarm for seven", "wake me up at 6:30 tomorrow".
struct AlarmSkill: Skill {
    enum Intent: Sendable {
        case set(SpokenMoment, label: String, preference: SpokenMoment.Preference)
        case recurring
        case list
        case next
        case cancel(AlarmSelector)
    }
    let name = "alarm"

    func matches(_ utterance: Utterance, at now: Now) -> SkillMatch<Intent>? {
        AlarmGrammar.intent(utterance, now).map { SkillMatch($0) }
    }

    func perform(_ intent: Intent, in context: SkillContext) async throws(StorageError) -> String {
        let book = AlarmBook(context: context, kind: .alarm)
        switch intent {
        case .set(let moment, let label, let preference):
            return try await AlarmSetting(moment: moment, label: label, preference: preference).perform(book)
        case .recurring: return "I can only set alarms that ring once. Say, for example: wake me at seven tomorrow."
        case .list: return try await list(book)
        case .next: return try await next(book)
        case .cancel(let selector): return try await cancel(selector, book)
        }
    }

    private func list(_ book: AlarmBook) async throws(StorageError) -> String {
        let alarms = try await book.all()
        if alarms.isEmpty { return "You have no alarms set." }
        let parts = alarms.prefix(5).map { Self.describe($0, book.context) }
        if alarms.count == 1 { return Spoken.sentence("You have one alarm: \(parts[0])") }
        let more = alarms.count > 5 ? " The others are later." : ""
        return Spoken.sentence("You have \(alarms.count) alarms: \(Spoken.list(Array(parts)))") + more
    }

    private func next(_ book: AlarmBook) async throws(StorageError) -> String {
        guard let alarm = try await book.all().first else { return "You have no alarms set." }
        return Spoken.sentence("Your next alarm is \(Self.describe(alarm, book.context))")
    }

    private func cancel(_ selector: AlarmSelector, _ book: AlarmBook) async throws(StorageError) -> String {
        let alarms = try await book.all()
        if alarms.isEmpty { return "You have no alarms set." }
        let picked = selector.picks(from: alarms, book.context.clock)
        if picked.isEmpty { return "I can't find that alarm. " + (try await list(book)) }
        if picked.count > 1, selector != .all {
            let names = picked.prefix(5).map { Self.describe($0, book.context) }
            return "You have \(picked.count) alarms: \(Spoken.list(Array(names))). Which one shall I cancel?"
        }
        try await book.remove(picked)
        if picked.count == 1 {
            return Spoken.sentence("I canceled the alarm \(Self.describe(picked[0], book.context))")
        }
        return "All \(picked.count) alarms canceled."
    }

    /// "at 7 a.m. tomorrow", "at 5 p.m. today to call Anna".
    static func describe(_ alarm: Alarm, _ context: SkillContext) -> String {
        let when = Self.when(alarm.due, context)
        return alarm.label.isEmpty ? when : "\(when), \(alarm.label)"
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
            guard try await book.add(due: due, label: label) else {
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
