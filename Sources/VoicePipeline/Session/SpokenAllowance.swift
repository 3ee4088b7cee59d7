/// Which pieces of a reply a `SpokenBudget` lets through: as many as fit whole, and part of a first one that does not.
package struct SpokenAllowance: Sendable {
    private let budget: SpokenBudget
    private var spoken = ""
    /// Whether nothing more is let through.
    package private(set) var isFull = false

    package init(_ budget: SpokenBudget) { self.budget = budget }

    /// - Returns: what may be spoken of the piece; nil for nothing, and for all that follow.
    package mutating func take(_ piece: String) -> String? {
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
