import VoicePipeline

/// "Stop", "cancel", "never mind".
struct StopSkill: Skill {
    struct Intent: Sendable {}
    let name = "stop"

    private static let phrases: Set<String> = [
        "stop", "cancel", "never mind", "nevermind", "forget it", "forget about it", "stop it", "stop that", "be quiet",
        "quiet", "shut up", "silence", "enough", "that is enough", "cancel that", "cancel it", "stop talking", "hush",
        "do not worry", "do not worry about it", "abort", "stop stop", "stop stop stop", "no", "no stop", "nothing",
        "no never mind", "leave it", "drop it", "oh never mind", "stop speaking", "no cancel", "no thank you",
        "no thanks",
        "skip it", "that is all", "that will be all", "i am done", "we are done", "pause", "wait",
    ]

    func matches(_ utterance: Utterance, at now: Now) -> SkillMatch<Intent>? {
        let all = Utterance.joined(utterance.words)
        return utterance.isOne(of: Self.phrases) || Self.phrases.contains(all) ? SkillMatch(Intent()) : nil
    }

    func hasEffects(_ intent: Intent) -> Bool { false }

    func perform(_ intent: Intent, in context: SkillContext) async throws(StorageError) -> String {
        "Okay."
    }
}
