import VoicePipeline

/// "Say that again."
struct RepeatSkill: Skill {
    struct Intent: Sendable {}
    let name = "repeat"

    private static let phrases: Set<String> = [
        "repeat", "repeat that", "repeat it", "say that again", "say it again", "again", "what did you say", "pardon",
        "pardon me", "what was that", "come again", "repeat yourself", "repeat what you said", "once more",
        "one more time",
        "say that one more time", "say again", "repeat that again", "i did not catch that", "i did not hear you",
        "i did not hear that", "what did you just say", "repeat the last answer", "sorry what", "what", "sorry",
        "i did not get that", "repeat that one more time", "repeat your answer", "repeat your last answer",
        "say that once more", "what was your answer", "repeat the answer", "sorry what did you say",
        "sorry what was that",
    ]

    func matches(_ utterance: Utterance, at now: Now) -> SkillMatch<Intent>? {
        utterance.isOne(of: Self.phrases) ? SkillMatch(Intent()) : nil
    }

    func hasEffects(_ intent: Intent) -> Bool { false }

    func perform(_ intent: Intent, in context: SkillContext) async throws(StorageError) -> String {
        let last = context.history.last { $0.role == .assistant && !$0.content.isEmpty }
        return last?.content ?? "I haven't said anything yet."
    }
}
