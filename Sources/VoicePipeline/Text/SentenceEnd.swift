/// Finds out whether a sentence ends at a place in a text.
enum SentenceEnd {
    enum Finding: Equatable {
        case none
        /// What follows in the text is needed to decide.
        case undecided
        /// The index behind the sentence.
        case end(Int)
    }

    /// - Parameters:
    ///   - index: a place in `characters`.
    ///   - start: where the sentence begins.
    ///   - isFinal: nothing will follow `characters`.
    static func find(at index: Int, in characters: [Character], from start: Int, isFinal: Bool) -> Finding {
        let mark = characters[index]
        if mark.isNewline { return .end(index + 1) }
        guard terminators.contains(mark) else { return .none }
        // "?!", "...", and quotes, brackets and emphasis that close behind the mark belong to the sentence.
        var end = index + 1
        let furthest = min(characters.count, index + maximumRun)
        while end < furthest, terminators.contains(characters[end]) || closers.contains(characters[end]) {
            end += 1
        }
        if end == characters.count { return isFinal ? .end(end) : .undecided }
        if wideTerminators.contains(mark) || end == index + maximumRun { return .end(end) }
        guard characters[end].isWhitespace else { return .none }
        if characters[end].isNewline { return .end(end) }
        if mark == ".", isListNumber(before: index, in: characters, from: start) { return .none }
        guard let next = characters[end...].firstIndex(where: { !$0.isWhitespace }) else {
            return isFinal ? .end(end) : .undecided
        }
        return isContinued(by: characters[next], behind: index, in: characters) ? .none : .end(end)
    }

    static let terminators: Set<Character> = [".", "!", "?", "…", "。", "！", "？"]
    /// A longer row of marks is cut, so that no input makes the search slow.
    private static let maximumRun = 16
    private static let wideTerminators: Set<Character> = ["。", "！", "？"]
    private static let closers: Set<Character> = [
        "\"", "'", "”", "’", "»", ")", "]", "}", "*", "_", "`", "」", "』", "）",
    ]

    /// "1. Milk": the number alone is no sentence.
    private static func isListNumber(before index: Int, in characters: [Character], from start: Int) -> Bool {
        let line = characters[start..<index].drop { $0.isWhitespace || $0 == "*" }
        return (1...3).contains(line.count) && line.allSatisfy { $0.isASCII && $0.isNumber }
    }

    private static func isContinued(by next: Character, behind index: Int, in characters: [Character]) -> Bool {
        // A small letter goes on: "What?" she asked; approx. five.
        if next.isLowercase { return true }
        guard characters[index] == "." else { return false }
        if Abbreviations.isOne(before: index, in: characters) { return true }
        return next.isNumber && Abbreviations.isOneBeforeNumbers(before: index, in: characters)
    }
}
