/// A yes or a no, when an utterance is nothing else.
public enum Confirmation: Equatable, Sendable {
    case yes, no

    /// - Parameter text: what was heard; case and punctuation make no difference.
    public init?(_ text: String) {
        let words = text.lowercased()
            .split { !($0.isLetter || $0.isNumber || $0 == "'" || $0 == "’") }
            .map { String($0.replacing("’", with: "'")) }
            .filter { !Self.fillers.contains($0) }
        let phrase = words.joined(separator: " ")
        if Self.affirmations.contains(phrase) || !words.isEmpty && words.allSatisfy(Self.affirmations.contains) {
            self = .yes
        } else if Self.denials.contains(phrase) || !words.isEmpty && words.allSatisfy(Self.denials.contains) {
            self = .no
        } else {
            return nil
        }
    }

    private static let fillers: Set<String> = ["please", "um", "uh", "oh", "well", "thanks"]
    private static let affirmations: Set<String> = [
        "yes", "yeah", "yep", "yup", "yea", "ya", "sure", "right", "correct", "exactly", "ok", "okay", "indeed",
        "absolutely", "definitely", "affirmative", "mm hmm", "uh huh", "of course", "i did", "yes i did",
        "that's right",
        "that is right", "that's correct", "that is correct", "that's it", "yes that's right", "yes that's correct",
        "yes that's it", "you're right", "you got it",
    ]
    private static let denials: Set<String> = [
        "no", "nope", "nah", "wrong", "incorrect", "negative", "never", "not really", "not at all", "i didn't",
        "no i didn't", "i did not", "no i did not", "that's wrong", "that is wrong", "no that's wrong", "not that",
        "that's not right", "no that's not right", "that's not it", "that's not what i said",
        "no that's not what i said",
    ]
}
