/// Which models stay loaded: together they keep to a budget, and the one that was used least recently goes first. A model
/// that someone uses stays, and so does the default.
package struct ShelfOrder: Equatable, Sendable {
    /// What becomes of a model that is to be loaded.
    package enum Answer: Equatable, Sendable {
        /// It fits once these are gone.
        case fits(dropping: [String])
        /// It will fit when someone has finished.
        case later
        /// It never fits: this would be needed, bytes.
        case never(needed: Int)
    }

    private struct Entry: Equatable, Sendable {
        var name: String
        var bytes: Int
        var isPinned: Bool
    }

    /// Bytes of all loaded models together.
    package let budget: Int
    /// The one used least recently first.
    private var entries: [Entry] = []

    package init(budget: Int) {
        self.budget = budget
    }

    /// Names of the loaded models, the one used least recently first.
    package var names: [String] { entries.map(\.name) }

    /// A model was loaded.
    package mutating func add(_ name: String, bytes: Int, isPinned: Bool = false) {
        entries.removeAll { $0.name == name }
        entries.append(Entry(name: name, bytes: max(0, bytes), isPinned: isPinned))
    }

    /// A model was asked for.
    package mutating func use(_ name: String) {
        guard let index = entries.firstIndex(where: { $0.name == name }) else { return }
        entries.append(entries.remove(at: index))
    }

    /// Makes room for a model: what is to be dropped is gone from here.
    /// - Parameter inUse: names of models that someone uses now.
    package mutating func makeRoom(for bytes: Int, inUse: Set<String>) -> Answer {
        let pinned = entries.reduce(0) { $0 + ($1.isPinned ? $1.bytes : 0) }
        let needed = pinned + max(0, bytes)
        guard needed <= budget else { return .never(needed: needed) }
        var total = entries.reduce(max(0, bytes)) { $0 + $1.bytes }
        var dropped: [String] = []
        for entry in entries where total > budget && !entry.isPinned && !inUse.contains(entry.name) {
            total -= entry.bytes
            dropped.append(entry.name)
        }
        guard total <= budget else { return .later }
        entries.removeAll { dropped.contains($0.name) }
        return .fits(dropping: dropped)
    }
}
