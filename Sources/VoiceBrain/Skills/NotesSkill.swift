import VoicePipeline

/// "Take a note: the key is under the mat."
struct NotesSkill: Skill {
    enum Intent: Equatable, Sendable {
        case add(String)
        case read
        /// From 1; -1 is the last.
        case delete(position: Int)
        case deleteMatching(String)
        case deleteAll
        /// "Delete a note", which one being open.
        case deleteUnclear
    }
    let name = "notes"

    func matches(_ utterance: Utterance, at now: Now) -> SkillMatch<Intent>? {
        NotesGrammar.intent(utterance).map { SkillMatch($0) }
    }

    func hasEffects(_ intent: Intent) -> Bool {
        switch intent {
        case .add(let text): !text.isEmpty
        case .read: false
        case .delete, .deleteMatching, .deleteAll, .deleteUnclear: true
        }
    }

    func perform(_ intent: Intent, in context: SkillContext) async throws(StorageError) -> String {
        let editor = ListEditor(context: context, list: .notes)
        switch intent {
        case .add(let text): return try await add(text, editor)
        case .read: return Self.reading(try await editor.items())
        case .delete(let position): return try await delete(position, editor)
        case .deleteMatching(let text):
            let result = try await editor.remove([text])
            guard let removed = result.removed.first else { return "I can't find a note like that." }
            return Spoken.sentence("I deleted the note: \(removed)")
        case .deleteAll:
            let count = try await editor.clear()
            return count == 0 ? "You have no notes." : "I deleted \(count == 1 ? "your note" : "all \(count) notes")."
        case .deleteUnclear:
            let count = try await editor.items().count
            if count == 1 { return try await delete(1, editor) }
            return count == 0 ? "You have no notes." : "Which one? Say, for example: delete note two."
        }
    }

    private func add(_ text: String, _ editor: ListEditor) async throws(StorageError) -> String {
        if text.isEmpty { return "What shall I note? Say, for example: take a note, the key is under the mat." }
        let result = try await editor.add([text])
        if result.isFull { return "You have too many notes. Delete one first." }
        return result.added.isEmpty ? "You have that note already." : Spoken.sentence("I noted: \(result.added[0])")
    }

    private static func reading(_ notes: [String]) -> String {
        switch notes.count {
        case 0: return "You have no notes."
        case 1: return Spoken.sentence("You have one note: \(notes[0])")
        default:
            // Numbered as "delete note two" counts them.
            let shown = notes.prefix(8).enumerated().map { Spoken.sentence("\($0.offset + 1): \($0.element)") }
            let more = notes.count > 8 ? " And \(notes.count - 8) more." : ""
            return "You have \(notes.count) notes. " + shown.joined(separator: " ") + more
        }
    }

    private func delete(_ position: Int, _ editor: ListEditor) async throws(StorageError) -> String {
        let notes = try await editor.items()
        if notes.isEmpty { return "You have no notes." }
        let index = position < 0 ? notes.count - 1 : position - 1
        guard notes.indices.contains(index) else { return "You have only \(Spoken.count(notes.count, "note"))." }
        _ = try await editor.context.store.remove(notes[index], from: .notes, session: editor.context.session)
        return Spoken.sentence("I deleted the note: \(notes[index])")
    }
}
