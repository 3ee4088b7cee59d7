/// A reply on its way from the brain to the voice: cut into pieces to speak, within what may be said.
///
/// A value; `add` for each part that the brain gives, then `finish`, or `cutShort` when time is up.
package struct ReplyScript: Sendable {
    private var splitter: SentenceSplitter
    private var allowance: SpokenAllowance
    /// All that the brain has said.
    private var raw = ""
    /// The pieces that were given out.
    private var pieces: [String] = []
    private var isOver = false

    package init(splitter: SentenceSplitter = SentenceSplitter(), budget: SpokenBudget) {
        self.splitter = splitter
        allowance = SpokenAllowance(budget)
    }

    /// Takes the next part of the reply.
    /// - Returns: the pieces to speak that became complete.
    package mutating func add(_ delta: String) -> [String] {
        guard !isOver else { return [] }
        raw += delta
        return give(splitter.add(delta))
    }

    /// The reply is whole.
    /// - Parameter whole: what it is; more of it than was added is taken as its last part.
    /// - Returns: the last pieces.
    package mutating func finish(_ whole: String) -> [String] {
        guard !isOver else { return [] }
        let last = whole.hasPrefix(raw) ? add(String(whole.dropFirst(raw.count))) : []
        isOver = true
        return last + give(splitter.finish())
    }

    /// Time is up: what is there through its last whole sentence is the reply.
    /// - Returns: the last pieces.
    package mutating func cutShort() -> [String] {
        guard !isOver else { return [] }
        isOver = true
        let pending = Array(splitter.pendingText)
        let end = Self.endOfSentences(pending)
        raw = String(raw.dropLast(pending.count - end))
        return give(SentenceSplitter.pieces(of: String(pending[..<end])))
    }

    /// Where the last whole sentence of a text that was broken off ends; 0 without one.
    private static func endOfSentences(_ text: [Character]) -> Int {
        var end = 0
        for index in text.indices {
            guard case .end(let found) = SentenceEnd.find(at: index, in: text, from: end, isFinal: true) else {
                continue
            }
            // "3." may be the beginning of "3.14", and "Dr." that of a name.
            let isOpen =
                found == text.count && text[index] == "." && index > 0
                && (text[index - 1].isNumber || Abbreviations.isOne(before: index, in: text))
            if !isOpen { end = found }
        }
        return end
    }

    /// Nothing was said in time: this is said instead.
    /// - Returns: its pieces.
    package mutating func apologize(_ text: String) -> [String] {
        raw = text
        return give(SentenceSplitter.pieces(of: text))
    }

    /// Nothing was said yet.
    package var isEmpty: Bool { raw.isEmpty }

    /// What is written for what is spoken.
    package var text: String { allowance.isFull ? pieces.joined(separator: " ") : raw }

    private mutating func give(_ found: [String]) -> [String] {
        let allowed = found.compactMap { allowance.take($0) }
        pieces += allowed
        return allowed
    }
}
