/// Reads what is said about notes.
enum NotesGrammar {
    private static let reads: Set<String> = [
        "read my notes", "read notes", "read the notes", "read me my notes", "what are my notes", "show my notes",
        "show me my notes", "list my notes", "list notes", "do i have any notes", "what notes do i have", "my notes",
        "what did i note", "what is in my notes", "what is on my notes", "read all my notes", "read out my notes",
        "tell me my notes", "what have i noted", "how many notes do i have", "show notes", "read back my notes",
        "notes",
        "what did i ask you to remember", "what did you note", "read my note", "what is my note",
        "what do my notes say",
        "read all notes", "what are the notes", "what did i tell you to remember", "check my notes", "open my notes",
        "what notes did i take", "list all my notes", "what do you remember", "go through my notes",
    ]
    private static let addStarts = [
        "take a note", "take note", "make a note", "make note", "add a note", "create a note", "note down", "new note",
        "write down", "write this down", "write a note", "note", "jot down", "take down", "save a note",
        "take this down",
        "add note", "make a new note", "add a new note", "take a new note", "create a new note", "start a note",
        "start a new note", "leave a note", "remember", "keep a note",
    ]
    private static let connectors = [
        "to self", "to myself", "that says", "saying", "that", "to", "of", "this", "down", "about", "which says",
    ]
    private static let deleteVerbs = ["delete", "remove", "erase", "clear", "forget", "get rid of", "throw away"]

    static func intent(_ utterance: Utterance) -> NotesSkill.Intent? {
        if utterance.isOne(of: reads) { return .read }
        let scanner = utterance.scanner
        return delete(scanner) ?? append(scanner) ?? add(scanner)
    }

    private static func add(_ scanner: WordScanner) -> NotesSkill.Intent? {
        var scanner = scanner
        let bare = scanner.startsWith("note") && !scanner.startsWith("note down") || scanner.startsWith("remember")
        let remember = scanner.startsWith("remember")
        guard scanner.takeOne(of: addStarts) else { return nil }
        let hasBreak = scanner.isAtBreak
        let connected = scanner.takeOne(of: connectors)
        // "Remember the Titans" is a film; "remember that the key is under the mat" is a note.
        if remember, !connected || scanner.startsWith("when") || scanner.startsWith("me") { return nil }
        // "Note the difference …" belongs to an essay; "note: …" and "note down …" are notes.
        if bare, !remember, !connected, !hasBreak { return nil }
        return .add(Spoken.capitalized(scanner.heard))
    }

    /// "Add call the plumber to my notes."
    private static func append(_ scanner: WordScanner) -> NotesSkill.Intent? {
        var scanner = scanner
        guard scanner.takeOne(of: ["add", "put", "write", "save"]),
            scanner.dropLastOne(of: [
                "to my notes", "in my notes", "to the notes", "on my notes", "to notes", "into my notes",
                "in the notes",
            ])
        else { return nil }
        return .add(Spoken.capitalized(scanner.heard))
    }

    private static func delete(_ scanner: WordScanner) -> NotesSkill.Intent? {
        var scanner = scanner
        guard scanner.takeOne(of: deleteVerbs) else { return nil }
        let all: Set<String> = [
            "all notes", "all my notes", "all the notes", "my notes", "the notes", "notes", "every note",
            "all of my notes",
            "everything from my notes", "all of the notes",
        ]
        if all.contains(scanner.rest) { return .deleteAll }
        scanner.takeOne(of: ["the", "my", "that", "a", "this"])
        if scanner.takeOne(of: ["last note", "latest note", "newest note", "note last"]), scanner.isAtEnd {
            return .delete(position: -1)
        }
        var probe = scanner
        if let position = probe.takeOrdinal(), probe.take("note"), probe.isAtEnd { return .delete(position: position) }
        guard scanner.take("note") else { return nil }
        if scanner.isAtEnd { return .deleteUnclear }
        scanner.take("number")
        probe = scanner
        if let position = probe.takeSmallNumber(), probe.isAtEnd { return .delete(position: position) }
        if scanner.rest == "to" || scanner.rest == "too" { return .delete(position: 2) }
        scanner.takeOne(of: ["about", "that says", "saying", "with", "called", "on", "to", "for", "that"])
        scanner.takeOne(of: ["the", "my"])
        return scanner.isAtEnd ? .deleteUnclear : .deleteMatching(scanner.heard)
    }
}
