import VoicePipeline

/// "What time is it?"
struct TimeSkill: Skill {
    enum Intent: Sendable {
        case time, timeAndDate
    }
    let name = "time"

    private static let phrases: Set<String> = [
        "what time is it", "what is the time", "what time it is", "what the time is", "the time", "time",
        "the current time", "current time", "what is the current time", "have you got the time", "got the time",
        "do you have the time", "what time have you got", "how late is it", "what hour is it", "what is the time now",
        "what time is it now", "what time is it right now", "what time is it exactly", "what is the exact time",
        "time check", "what time do you have", "what is our time", "is it late", "what is the local time",
    ]

    private static let bothPhrases: Set<String> = [
        "what is the time and date", "what is the date and time", "the date and time", "the time and date",
        "what is the time and the date", "what time and date is it", "date and time", "what is today date and time",
    ]

    func matches(_ utterance: Utterance, at now: Now) -> SkillMatch<Intent>? {
        var scanner = utterance.scanner
        scanner.takeQuestionFrame()
        if Self.bothPhrases.contains(scanner.rest) { return SkillMatch(.timeAndDate) }
        return Self.phrases.contains(scanner.rest) ? SkillMatch(.time) : nil
    }

    func hasEffects(_ intent: Intent) -> Bool { false }

    func perform(_ intent: Intent, in context: SkillContext) async throws(StorageError) -> String {
        let local = context.now.local
        let time = "It's \(Spoken.time(hour: local.hour, minute: local.minute))"
        if intent == .time { return Spoken.sentence(time) }
        let today = context.now.today
        return "\(time) on \(today.weekdayName), \(today.monthAndDay), \(today.year)."
    }
}

extension WordScanner {
    /// Reads "tell me", "do you know" and their like, which introduce a question.
    mutating func takeQuestionFrame() {
        takeOne(of: [
            "tell me", "do you know", "you tell me", "give me", "let me know", "i would like to know", "i want to know",
            "know", "say", "show me", "do you happen to know", "i was wondering", "i wonder", "any idea",
        ])
    }
}
