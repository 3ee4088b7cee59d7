import VoicePipeline

/// "What can you do?"
struct CapabilitiesSkill: Skill {
    struct Intent: Sendable {}
    let name = "capabilities"

    private static let phrases: Set<String> = [
        "what can you do", "what can you do for me", "help", "help me", "what can i say", "what can i ask",
        "what can i ask you", "what are you able to do", "what do you do", "what are your skills",
        "what are you good at",
        "what can you help with", "what can you help me with", "how can you help", "how can you help me",
        "what do you know", "what else can you do", "how do you work", "how does this work", "what are my options",
        "what things can you do", "what is it you can do", "what all can you do", "what skills do you have",
        "what can i do with you", "what should i say", "i need help", "list your skills", "how do i use you",
        "what commands do you know", "what commands are there", "what you can do",
    ]

    func matches(_ utterance: Utterance, at now: Now) -> SkillMatch<Intent>? {
        var scanner = utterance.scanner
        scanner.takeQuestionFrame()
        return utterance.isOne(of: Self.phrases) || Self.phrases.contains(scanner.rest) ? SkillMatch(Intent()) : nil
    }

    func hasEffects(_ intent: Intent) -> Bool { false }

    func perform(_ intent: Intent, in context: SkillContext) async throws(StorageError) -> String {
        "I tell the time and date, set timers, alarms and reminders, do sums, convert units, keep notes and a shopping "
            + "list, and tell jokes. Try: set a timer for five minutes."
    }
}
