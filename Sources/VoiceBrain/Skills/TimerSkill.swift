import VoicePipeline

/// "Set a timer for five minutes", several at once, with or without names.
struct TimerSkill: Skill {
    enum Intent: Equatable, Sendable {
        /// Seconds; nil when no length was said.
        case set(seconds: Double?, label: String)
        case list
        case left(AlarmSelector)
        case cancel(AlarmSelector)
    }
    let name = "timer"

    /// Longest timer, seconds; what is further away is an alarm.
    static let maximumLength = 30.0 * 86_400

    func matches(_ utterance: Utterance, at now: Now) -> SkillMatch<Intent>? {
        TimerGrammar.intent(utterance).map { SkillMatch($0) }
    }

    func hasEffects(_ intent: Intent) -> Bool {
        switch intent {
        case .set(let seconds, _): seconds != nil
        case .list, .left: false
        case .cancel: true
        }
    }

    func perform(_ intent: Intent, in context: SkillContext) async throws(StorageError) -> String {
        let book = AlarmBook(context: context, kind: .timer)
        switch intent {
        case .set(let seconds, let label): return try await set(seconds, label, book)
        case .list: return try await list(book)
        case .left(let selector): return try await left(selector, book)
        case .cancel(let selector): return try await cancel(selector, book)
        }
    }

    private func set(_ seconds: Double?, _ label: String, _ book: AlarmBook) async throws(StorageError) -> String {
        guard let seconds else { return "For how long? Say, for example: set a timer for five minutes." }
        guard seconds >= 1 else { return "A timer needs at least one second." }
        guard seconds <= Self.maximumLength else { return "That's too long for a timer. I can count up to 30 days." }
        guard try await book.add(due: book.context.now.seconds + seconds, label: label, basis: .elapsed) else {
            return "You have too many timers and alarms already. Cancel one first."
        }
        let name = label.isEmpty ? "Timer" : "\(Spoken.capitalized(label)) timer"
        return "\(name) set for \(Spoken.duration(seconds))."
    }

    private func list(_ book: AlarmBook) async throws(StorageError) -> String {
        let timers = try await book.all()
        if timers.isEmpty { return "You have no timers running." }
        if timers.count == 1 { return sentence(timers[0], book) }
        let parts = timers.prefix(5).map { "\(Self.name($0)) with \(remaining($0, book)) left" }
        let more = timers.count > 5 ? ", and \(timers.count - 5) more" : ""
        return "You have \(timers.count) timers: " + (more.isEmpty ? Spoken.list(parts) : parts.joined(separator: ", "))
            + more + "."
    }

    private func left(_ selector: AlarmSelector, _ book: AlarmBook) async throws(StorageError) -> String {
        let timers = try await book.all()
        if timers.isEmpty { return "You have no timers running." }
        let picked = selector.picks(from: timers, book.context.clock)
        switch picked.count {
        case 0: return "I can't find that timer. " + (try await list(book))
        case 1: return sentence(picked[0], book)
        default: return try await list(book)
        }
    }

    private func cancel(_ selector: AlarmSelector, _ book: AlarmBook) async throws(StorageError) -> String {
        let timers = try await book.all()
        if timers.isEmpty { return "You have no timers running." }
        let picked = selector.picks(from: timers, book.context.clock)
        if picked.isEmpty { return "I can't find that timer. " + (try await list(book)) }
        if picked.count > 1, selector != .all {
            let names = picked.prefix(5).map { Self.name($0) }
            return "You have \(picked.count) timers: \(Spoken.list(Array(names))). Which one shall I cancel?"
        }
        try await book.remove(picked)
        if picked.count == 1 { return "I canceled \(Self.name(picked[0]))." }
        return "I canceled all \(picked.count) timers."
    }

    /// "the pasta timer", "the 5 minute timer".
    static func name(_ timer: Alarm) -> String {
        timer.label.isEmpty
            ? "the \(lengthName(timer.due - timer.created)) timer" : "the \(timer.label) timer"
    }

    private static func lengthName(_ seconds: Double) -> String {
        let whole = seconds.rounded()
        var left = whole
        var parts: [String] = []
        for (unit, length) in [("hour", 3600.0), ("minute", 60), ("second", 1)] where left >= length {
            parts.append("\(Int(left / length)) \(unit)")
            left = left.truncatingRemainder(dividingBy: length)
        }
        return parts.joined(separator: " ")
    }

    private func remaining(_ timer: Alarm, _ book: AlarmBook) -> String {
        let left = book.left(of: timer).rounded(.up)
        // Nobody needs the seconds of a long wait.
        return Spoken.duration(left >= 3600 ? (left / 60).rounded(.up) * 60 : left)
    }

    private func sentence(_ timer: Alarm, _ book: AlarmBook) -> String {
        let left = remaining(timer, book)
        return timer.label.isEmpty
            ? "There \(left.hasPrefix("1 ") ? "is" : "are") \(left) left."
            : "\(Spoken.capitalized(Self.name(timer))) has \(left) left."
    }
}
