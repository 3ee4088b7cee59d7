import VoicePipeline

/// "Add milk, eggs and bread to my shopping list."
struct ShoppingSkill: Skill {
    enum Intent: Equatable, Sendable {
        case add([String])
        case read
        case has(String)
        case remove([String])
        case clear
    }
    let name = "shopping list"

    func matches(_ utterance: Utterance, at now: Now) -> SkillMatch<Intent>? {
        ShoppingGrammar.match(utterance)
    }

    func hasEffects(_ intent: Intent) -> Bool {
        switch intent {
        case .add(let items): !items.isEmpty
        case .read, .has: false
        case .remove, .clear: true
        }
    }

    func perform(_ intent: Intent, in context: SkillContext) async throws(StorageError) -> String {
        let editor = ListEditor(context: context, list: .shopping)
        switch intent {
        case .add(let items): return try await add(items, editor)
        case .read: return Self.reading(try await editor.items())
        case .has(let item): return try await has(item, editor)
        case .remove(let items): return try await remove(items, editor)
        case .clear:
            let count = try await editor.clear()
            return count == 0 ? "Your shopping list is already empty." : "Your shopping list is empty now."
        }
    }

    private func add(_ items: [String], _ editor: ListEditor) async throws(StorageError) -> String {
        if items.isEmpty { return "What shall I put on it? Say, for example: add milk to my shopping list." }
        let result = try await editor.add(items)
        if result.isFull, result.added.isEmpty { return "Your shopping list is full. Take something off first." }
        if result.added.isEmpty {
            return
                "\(Spoken.capitalized(Spoken.list(result.known))) \(result.known.count == 1 ? "is" : "are") already on "
                + "your shopping list."
        }
        var suffix = result.isFull ? " The list is full now, so I left out the rest." : ""
        if !result.known.isEmpty { suffix += " It had \(Spoken.list(result.known)) already." }
        return "I added \(Spoken.list(result.added)) to your shopping list." + suffix
    }

    private static func reading(_ items: [String]) -> String {
        switch items.count {
        case 0: "Your shopping list is empty."
        case 1: "You have one item on your shopping list: \(items[0])."
        case 2...12: "You have \(items.count) items on your shopping list: \(Spoken.list(items))."
        default:
            "You have \(items.count) items on your shopping list. The first twelve are "
                + "\(Spoken.list(Array(items.prefix(12))))."
        }
    }

    private func has(_ item: String, _ editor: ListEditor) async throws(StorageError) -> String {
        let wanted = item.lowercased()
        let found = try await editor.items().contains { $0.lowercased().contains(wanted) }
        return found ? "Yes, your shopping list has \(item)." : "No, your shopping list doesn't have \(item)."
    }

    private func remove(_ items: [String], _ editor: ListEditor) async throws(StorageError) -> String {
        let result = try await editor.remove(items)
        if result.removed.isEmpty {
            let verb = result.missing.count == 1 ? "isn't" : "aren't"
            return "\(Spoken.capitalized(Spoken.list(result.missing))) \(verb) on your shopping list."
        }
        let missing = result.missing.isEmpty ? "" : " I didn't find \(Spoken.list(result.missing, "or"))."
        return "I took \(Spoken.list(result.removed)) off your shopping list." + missing
    }
}
