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
        let pending = splitter.pendingText
        guard let end = pending.lastIndex(where: { ".!?".contains($0) }) else {
            raw = String(raw.dropLast(pending.count))
            return []
        }
        let rest = pending[pending.index(after: end)...]
        raw = String(raw.dropLast(rest.count))
        return give(SentenceSplitter.pieces(of: String(pending[...end])))
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

/// Which pieces of a reply a `SpokenBudget` lets through: as many as fit whole, and part of a first one that does not.
struct SpokenAllowance: Sendable {
    private let budget: SpokenBudget
    private var spoken = ""
    private(set) var isFull = false

    init(_ budget: SpokenBudget) { self.budget = budget }

    /// - Returns: what may be spoken of the piece; nil for nothing, and for all that follow.
    mutating func take(_ piece: String) -> String? {
        guard !isFull else { return nil }
        let all = spoken.isEmpty ? piece : spoken + " " + piece
        if budget.cut(all) == all {
            spoken = all
            return piece
        }
        isFull = true
        guard spoken.isEmpty else { return nil }
        spoken = budget.cut(piece)
        return spoken
    }
}
