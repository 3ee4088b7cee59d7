import VoicePipeline

/// "What day is it?", "What's the date in ten days?", "How long until Christmas?"
struct DateSkill: Skill {
    enum Intent: Sendable {
        case today, year, month
        case day(CalendarDate, name: String?)
        case countdown(CalendarDate, name: String?, inWeeks: Bool)
        /// Whether a day is a certain day of the week, 0 is Sunday.
        case check(CalendarDate, name: String, weekday: Int)
    }
    let name = "date"

    private static let todayPhrases: Set<String> = [
        "what day is it", "what date is it", "what is the date", "what is the day", "what is today date",
        "what is today", "what day is today", "what date is today", "what is the date today", "what is the day today",
        "what day is it today", "what date is it today", "what day of the week is it", "the date", "today date", "date",
        "what is the current date", "what day of the week is it today", "what day of the week is today",
        "what today is",
        "what day it is", "what the date is", "what weekday is it", "what day we have", "what is today day",
        "what date do we have today", "what day of the month is it", "which day is it", "which day is it today",
        "what is the date now", "what the date is today", "what day it is today", "the date today",
    ]
    private static let yearPhrases: Set<String> = [
        "what year is it", "what is the year", "what year are we in", "what is the current year", "which year is it",
    ]
    private static let monthPhrases: Set<String> = [
        "what month is it", "what is the month", "what month are we in", "what is the current month",
        "which month is it",
    ]
    private static let dayQuestions = [
        "what day is it", "what day is", "what day was it", "what day was", "what day will it be", "what day will",
        "what day of the week is it", "what day of the week is", "what day of the week was", "what day does",
        "what day of the week will it be", "what day of the week does", "what day of the week will",
        "what weekday is", "what weekday was", "what weekday will it be", "what date is it", "what date is",
        "what date was it", "what date was", "what date will it be", "what is the date of", "what is the date on",
        "what is the date", "what was the date", "what will the date be", "what will be the date", "what will it be",
        "when is", "when was", "which day is", "which day was", "which day of the week is", "what is", "what was",
        "what day did", "what date does", "what date will", "what day of the week did", "the date of", "what day",
    ]
    private static let dayEndings = [
        "fall on", "falls on", "be", "date", "day", "on", "going to be", "be this year", "this year",
        "going to fall on",
    ]

    func matches(_ utterance: Utterance, at now: Now) -> SkillMatch<Intent>? {
        var scanner = utterance.scanner
        scanner.takeQuestionFrame()
        let text = scanner.rest
        if Self.todayPhrases.contains(text) { return SkillMatch(.today) }
        if Self.yearPhrases.contains(text) { return SkillMatch(.year) }
        if Self.monthPhrases.contains(text) { return SkillMatch(.month) }
        return countdown(scanner, now) ?? day(scanner, now) ?? check(scanner, now)
    }

    /// "Is today Monday?", "Is it Monday?"
    private func check(_ scanner: WordScanner, _ now: Now) -> SkillMatch<Intent>? {
        var scanner = scanner
        guard scanner.take("is") else { return nil }
        let day = scanner.take("it") ? nil : scanner.takeDay(today: now.today)
        scanner.takeOne(of: ["a"])
        guard let word = scanner.next(),
            let weekday = CalendarDate.weekdayNames.firstIndex(where: { $0.lowercased() == word })
        else { return nil }
        scanner.takeOne(of: ["today", "already", "yet"])
        guard scanner.isAtEnd else { return nil }
        return SkillMatch(.check(day?.date ?? now.today, name: day?.name ?? "today", weekday: weekday))
    }

    private func day(_ scanner: WordScanner, _ now: Now) -> SkillMatch<Intent>? {
        var scanner = scanner
        let vague = ["what is", "what was"].contains { scanner.startsWith($0) && !scanner.startsWith($0 + " the date") }
        guard scanner.takeOne(of: Self.dayQuestions), let day = scanner.takeDay(today: now.today) else { return nil }
        let asksDate = scanner.takeOne(of: Self.dayEndings)
        guard scanner.isAtEnd else { return nil }
        // "What is Christmas?" asks for more than a date.
        if vague, !asksDate, !["tomorrow", "yesterday", "today"].contains(where: { day.name?.hasSuffix($0) == true }) {
            return nil
        }
        return SkillMatch(.day(day.date, name: day.name))
    }

    private func countdown(_ scanner: WordScanner, _ now: Now) -> SkillMatch<Intent>? {
        var scanner = scanner
        var inWeeks = false
        if scanner.takeOne(of: ["how many weeks"]) {
            inWeeks = true
        } else if !scanner.takeOne(of: ["how many days", "how long", "how many more days", "how many sleeps"]) {
            return nil
        }
        scanner.takeOne(of: ["is it", "are there", "are left", "left", "do we have", "is left", "are there left"])
        guard scanner.takeOne(of: ["until", "till", "to", "before", "til", "since"]),
            let day = scanner.takeDay(today: now.today), scanner.isAtEnd
        else { return nil }
        return SkillMatch(.countdown(day.date, name: day.name, inWeeks: inWeeks))
    }

    func hasEffects(_ intent: Intent) -> Bool { false }

    func perform(_ intent: Intent, in context: SkillContext) async throws(StorageError) -> String {
        let today = context.now.today
        switch intent {
        case .today: return "Today is \(today.weekdayName), \(today.monthAndDay), \(today.year)."
        case .year: return "It's \(today.year)."
        case .month: return "It's \(CalendarDate.monthNames[today.month - 1]) \(today.year)."
        case .day(let date, let name): return sentence(date, name, today)
        case .check(let date, let name, let weekday):
            return "\(date.weekday == weekday ? "Yes" : "No"), \(name) is \(date.weekdayName)."
        case .countdown(let date, let name, let inWeeks): return distance(date, name, inWeeks, today)
        }
    }

    private func sentence(_ date: CalendarDate, _ name: String?, _ today: CalendarDate) -> String {
        let year = date.year == today.year ? "" : ", \(date.year)"
        let verb = date < today ? "was" : date == today ? "is" : "will be"
        guard let name else {
            return "\(date.monthAndDay)\(year) \(date == today ? "is today," : verb == "was" ? "was" : "is") "
                + "a \(date.weekdayName)."
        }
        if name.hasPrefix("in ") { return "\(Spoken.capitalized(name)) it will be \(full(date, year))." }
        if name.hasSuffix(" ago") { return "\(Spoken.capitalized(name)) it was \(full(date, year))." }
        if CalendarDate.weekdayNames.contains(where: { name.hasSuffix($0) }) {
            return "\(Spoken.capitalized(name)) \(verb == "will be" ? "is" : verb) \(date.monthAndDay)\(year)."
        }
        let relative = ["today", "tomorrow", "yesterday"].contains { name.hasSuffix($0) }
        if relative { return "\(Spoken.capitalized(name)) \(date < today ? "was" : "is") \(full(date, year))." }
        return date == today ? "\(name) is today." : "\(name) \(date < today ? "was" : "is") on \(full(date, year))."
    }

    private func full(_ date: CalendarDate, _ year: String) -> String {
        "\(date.weekdayName), \(date.monthAndDay)\(year)"
    }

    private func distance(_ date: CalendarDate, _ name: String?, _ inWeeks: Bool, _ today: CalendarDate) -> String {
        let days = date.dayNumber - today.dayNumber
        let what = name ?? date.monthAndDay
        if days == 0 { return "\(Spoken.capitalized(what)) is today." }
        var span = Spoken.count(abs(days), "day")
        if inWeeks, abs(days) >= 7 {
            span = Spoken.count(abs(days) / 7, "week")
            if abs(days) % 7 > 0 { span += " and " + Spoken.count(abs(days) % 7, "day") }
        }
        if days < 0 { return "It's \(span) since \(what)." }
        return abs(days) == 1 ? "It's 1 day until \(what)." : "It's \(span) until \(what)."
    }
}
