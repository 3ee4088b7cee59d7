import VoicePipeline

/// Changes one of a session's lists within its bounds.
struct ListEditor {
    let context: SkillContext
    let list: AssistantList

    /// Items at most.
    static let maximumCount = 200
    /// Characters of one item at most.
    static let maximumLength = 500

    func items() async throws(StorageError) -> [String] {
        try await context.store.items(of: list, session: context.session)
    }

    /// Adds what is not there yet.
    /// - Returns: what was added, what was there before, and whether the list is full.
    func add(_ texts: [String]) async throws(StorageError) -> (added: [String], known: [String], isFull: Bool) {
        var present = Set(try await items().map { $0.lowercased() })
        var added: [String] = []
        var known: [String] = []
        for text in texts {
            let item = String(text.prefix(Self.maximumLength))
            if present.contains(item.lowercased()) {
                known.append(item)
                continue
            }
            guard present.count < Self.maximumCount else { return (added, known, true) }
            try await context.store.add(item, to: list, session: context.session)
            present.insert(item.lowercased())
            added.append(item)
        }
        return (added, known, false)
    }

    /// Takes off each item that equals a text, else the only one that contains it.
    /// - Returns: the items taken off and the texts that fit none.
    func remove(_ texts: [String]) async throws(StorageError) -> (removed: [String], missing: [String]) {
        var removed: [String] = []
        var missing: [String] = []
        for text in texts {
            let all = try await items()
            let wanted = text.lowercased()
            let containing = all.filter { $0.lowercased().contains(wanted) }
            let match = all.first { $0.lowercased() == wanted } ?? (containing.count == 1 ? containing[0] : nil)
            if let match, try await context.store.remove(match, from: list, session: context.session) {
                removed.append(match)
            } else {
                missing.append(text)
            }
        }
        return (removed, missing)
    }

    func clear() async throws(StorageError) -> Int {
        try await context.store.clear(list, session: context.session)
    }
}
