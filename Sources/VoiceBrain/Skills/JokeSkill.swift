import Synchronization
import VoicePipeline

/// "Tell me a joke."
final class JokeSkill: Skill {
    struct Intent: Sendable {}
    let name = "joke"
    /// Where the next choice starts; moves on with every joke, so that none comes twice in a row.
    private let turn = Atomic<Int>(0)

    private static let phrases: Set<String> = [
        "tell me a joke", "tell a joke", "a joke", "joke", "tell me another joke", "another joke",
        "tell me another one",
        "another one", "make me laugh", "say something funny", "do you know a joke", "do you know any jokes",
        "tell me a funny joke", "tell me jokes", "know any jokes", "do you know any good jokes", "one more joke",
        "tell me one more joke", "tell me a good joke", "tell us a joke", "tell me something funny", "got any jokes",
        "do you have a joke", "give me a joke", "say a joke", "tell me some jokes", "tell me the joke",
        "have a joke for me",
        "do you have any jokes", "tell me a dad joke", "i want to hear a joke", "hear a joke", "tell us another joke",
        "give me another joke", "tell another joke", "cheer me up", "tell me a short joke",
    ]

    func matches(_ utterance: Utterance, at now: Now) -> SkillMatch<Intent>? {
        utterance.isOne(of: Self.phrases) ? SkillMatch(Intent()) : nil
    }

    /// A joke that nobody heard is told another day.
    func hasEffects(_ intent: Intent) -> Bool { false }

    func perform(_ intent: Intent, in context: SkillContext) async throws(StorageError) -> String {
        let told = Set(context.history.lazy.filter { $0.role == .assistant }.map(\.content))
        let start = turn.wrappingAdd(1, ordering: .relaxed).newValue & 0xFFFF
        let count = Jokes.all.count
        // Another one each day, so that a restart does not always begin with the same.
        let first = (start + context.now.today.dayNumber % count + count) % count
        for offset in 0..<count {
            let joke = Jokes.all[(first + offset) % count]
            if !told.contains(where: { $0.hasSuffix(joke) }) { return joke }
        }
        return Jokes.all[first]
    }
}
