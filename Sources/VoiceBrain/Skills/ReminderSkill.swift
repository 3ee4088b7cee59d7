import VoicePipeline

/// "Remind me to call Anna at five", "remind me in ten minutes to check the oven".
struct ReminderSkill: Skill {
    enum Intent: Sendable {
        case set(SpokenMoment, text: String)
        case recurring
    }
    let name = "reminder"

    func matches(_ utterance: Utterance, at now: Now) -> SkillMatch<Intent>? {
        var scanner = utterance.scanner
        guard
            scanner.takeOne(of: [
                "remind me", "set a reminder", "set reminder", "create a reminder", "add a reminder", "make a reminder",
                "give me a reminder", "set me a reminder", "set up a reminder",
            ])
        else { return nil }
        if scanner.containsAny(of: AlarmGrammar.recurringWords) { return SkillMatch(.recurring) }
        var moment = SpokenMoment()
        if let early = scanner.takeMoment(now) { moment = early }
        let vague = scanner.startsWith("about") || scanner.startsWith("of")
        guard scanner.takeOne(of: ["to", "that", "about", "of", "for"]) else {
            return scanner.isAtEnd ? SkillMatch(.set(moment, text: "")) : nil
        }
        if moment.isEmpty || moment.time == nil && moment.delay == nil {
            var probe = scanner
            let label = AlarmGrammar.takeLabel(&probe, now)
            if let late = probe.takeMoment(now), probe.isAtEnd {
                moment = moment.merged(with: late)
                return SkillMatch(.set(moment, text: label))
            }
        }
        if scanner.isAtEnd { return nil }
        // "Remind me about the French Revolution" may want to be told of it.
        return SkillMatch(.set(moment, text: scanner.heard), vague && moment.isEmpty ? .likely : .certain)
    }

    func hasEffects(_ intent: Intent) -> Bool {
        switch intent {
        case .set(_, let text): !text.isEmpty
        case .recurring: false
        }
    }

    func perform(_ intent: Intent, in context: SkillContext) async throws(StorageError) -> String {
        switch intent {
        case .recurring:
            return "I can only remind you once. Say, for example: remind me tomorrow at nine to water the plants."
        case .set(let moment, let text):
            if text.isEmpty { return "What shall I remind you of? Say, for example: remind me at 5 p.m. to call home." }
            let book = AlarmBook(context: context, kind: .alarm)
            return try await AlarmSetting(moment: moment, label: text, preference: .daytime).perform(book)
        }
    }
}
