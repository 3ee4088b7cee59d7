import VoicePipeline

/// Finds the skill that an utterance is meant for.
package struct SkillRouter: Sendable {
    private let skills: [any Skill]

    /// - Parameter skills: of two that are equally certain, the earlier one answers.
    package init(_ skills: [any Skill]) {
        self.skills = skills
    }

    /// All skills, in the order in which they are asked.
    package static let standard = SkillRouter([
        StopSkill(), RepeatSkill(), TimerSkill(), AlarmSkill(), ReminderSkill(), ShoppingSkill(), NotesSkill(),
        ConversionSkill(), ArithmeticSkill(), TimeSkill(), DateSkill(), JokeSkill(), CapabilitiesSkill(),
        SmallTalkSkill(),
    ])

    /// - Returns: the most certain skill's claim; nil when no skill is meant.
    package func claim(on utterance: Utterance, at now: Now) -> SkillClaim? {
        var best: SkillClaim?
        for skill in skills {
            guard let claim = SkillClaim(skill, utterance, now) else { continue }
            if claim.certainty == .certain { return claim }
            if best == nil { best = claim }
        }
        return best
    }
}

/// A skill's claim on an utterance; nothing has happened yet.
package struct SkillClaim: Sendable {
    package let skill: String
    package let certainty: Certainty
    /// Whether performing it changes something: see `Skill.hasEffects`.
    package let hasEffects: Bool
    private let act: @Sendable (SkillContext) async throws(StorageError) -> String

    init?<S: Skill>(_ skill: S, _ utterance: Utterance, _ now: Now) {
        guard let match = skill.matches(utterance, at: now) else { return nil }
        self.skill = skill.name
        certainty = match.certainty
        hasEffects = skill.hasEffects(match.intent)
        act = { context throws(StorageError) in try await skill.perform(match.intent, in: context) }
    }

    /// Does what was asked for.
    /// - Returns: the answer to speak.
    package func perform(in context: SkillContext) async throws(StorageError) -> String {
        try await act(context)
    }
}
