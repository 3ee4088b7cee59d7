import VoicePipeline

/// Puts the answer to a question of ours ("For how long?") together with what was asked before, so that it can be
/// understood by itself.
enum FollowUp {
    /// How our questions begin or end; those sentences are said by the skills.
    static let questions = ["For how long?", "At what time?", "What shall I note?", "What shall I put on it?"]
    static let choice = "Which one shall I cancel?"

    /// - Returns: whole utterances that the words may stand for, the likeliest first; empty when we asked nothing.
    static func readings(of words: String, history: [ChatMessage]) -> [String] {
        guard let answer = history.last, answer.role == .assistant, history.count >= 2 else { return [] }
        let before = history[history.count - 2]
        guard before.role == .user, words.utf8.count <= 300, before.content.utf8.count <= 300 else { return [] }
        if questions.contains(where: { answer.content.contains($0) }) {
            let asked = Utterance(before.content).scanner.heard
            return ["\(asked) \(words)", "\(asked) for \(words)", "\(asked) at \(words)"]
        }
        guard answer.content.hasSuffix(choice) else { return [] }
        let thing = Utterance(words).scanner.withoutArticle
        let noun = ["timer", "reminder"].first { answer.content.contains(" \($0)s: ") } ?? "alarm"
        if ["all", "all of them", "both", "both of them", "every one", "everything"].contains(thing.lowercased()) {
            return ["cancel all \(noun)s"]
        }
        return ["cancel \(thing)", "cancel the \(thing) \(noun)"]
    }
}

extension WordScanner {
    /// What is left as it was heard, without "the", and without "one" at its end.
    fileprivate var withoutArticle: String {
        var probe = self
        probe.takeOne(of: ["the", "my", "cancel the", "cancel", "cancel my"])
        if !probe.startsWith("one") { probe.dropLast("one") }
        return probe.heard
    }
}
