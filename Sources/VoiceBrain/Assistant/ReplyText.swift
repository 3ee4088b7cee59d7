/// Makes a model's text fit to be spoken while it streams in: one line, no markup, not endless.
///
/// Words are given on when they are whole, so that marks around them can be taken off.
package struct ReplyText: Sendable {
    /// After this many characters the answer ends with the sentence.
    package static let softLimit = 600
    /// After this many it ends with the word.
    package static let hardLimit = 800
    private static let longestWord = 200

    /// Everything given on so far.
    package private(set) var text = ""
    /// Nothing more is taken.
    package private(set) var isFull = false
    private var length = 0
    private var word = ""
    private var wordLength = 0
    private var atLineStart = true
    private var tag: String?
    private var isThinking = false
    private var received = 0

    /// Characters looked at in all, thoughts and markup included.
    private static let longestInput = 64 * 1024

    package init() {}

    /// - Returns: what can be given on now; may be empty.
    package mutating func add(_ delta: String) -> String {
        var piece = ""
        for character in delta {
            if isFull { break }
            received += 1
            if received > Self.longestInput { isFull = true }
            take(character, &piece)
        }
        return piece
    }

    /// The end of the model's text.
    /// - Returns: the last word.
    package mutating func finish() -> String {
        var piece = ""
        if let open = tag {
            tag = nil
            if !isThinking { word += open }
        }
        endWord(&piece)
        isFull = true
        return piece
    }

    private mutating func take(_ character: Character, _ piece: inout String) {
        if tag != nil {
            continueTag(character, &piece)
        } else if character == "<" {
            tag = "<"
        } else if isThinking {
            return
        } else if character.isWhitespace {
            endWord(&piece)
            if character.isNewline { endLine(&piece) }
        } else {
            word.append(character)
            wordLength += 1
            if wordLength > Self.longestWord { isFull = true }
        }
    }

    /// `<think>` and other tags; a lone "<" stays.
    private mutating func continueTag(_ character: Character, _ piece: inout String) {
        let open = (tag ?? "") + String(character)
        let isName = open.count > 2 || character.isLetter || character == "/"
        if isName, character != ">", character != "<", open.count < 80 {
            tag = open
            return
        }
        tag = nil
        if isName, character == ">" {
            let name = open.dropFirst().dropLast().lowercased()
            if name == "think" || name == "thinking" { isThinking = true }
            if name == "/think" || name == "/thinking" { isThinking = false }
            if !isThinking { endWord(&piece) }
            return
        }
        if !isThinking { for each in open.dropLast() { word.append(each) } }
        take(character, &piece)
    }

    private mutating func endWord(_ piece: inout String) {
        defer {
            word = ""
            wordLength = 0
        }
        guard !word.isEmpty, wordLength <= Self.longestWord else { return }
        let spoken = Self.withoutMarks(word, atLineStart: atLineStart)
        guard !spoken.isEmpty, !(isFull && received <= Self.longestInput) else { return }
        atLineStart = false
        if !text.isEmpty { append(" ", &piece) }
        append(spoken, &piece)
        if length >= Self.hardLimit {
            isFull = true
            if !endsSentence { append(".", &piece) }
        } else if length >= Self.softLimit, endsSentence {
            isFull = true
        }
    }

    /// Lines of a list become sentences.
    private mutating func endLine(_ piece: inout String) {
        if !text.isEmpty, !atLineStart, let last = text.last, !".!?,:;".contains(last) { append(".", &piece) }
        atLineStart = true
    }

    private var endsSentence: Bool {
        guard let last = text.last(where: { $0 != "\"" && $0 != "”" && $0 != ")" }) else { return false }
        return ".!?".contains(last)
    }

    private mutating func append(_ more: String, _ piece: inout String) {
        text += more
        length += more.count
        piece += more
    }

    /// "**bold**" to "bold", "[site](https://…)" to "site"; bullets, heading marks and emoji vanish.
    private static func withoutMarks(_ word: String, atLineStart: Bool) -> String {
        if atLineStart, ["-", "*", "•", "+", "–"].contains(word) { return "" }
        if word.allSatisfy({ "#=-_*~`>|".contains($0) }), word.count > 1 || word == "#" || word == "|" || word == ">" {
            return ""
        }
        var kept = word
        while let open = kept.range(of: "](") {
            let close = kept[open.upperBound...].firstIndex(of: ")").map { kept.index(after: $0) } ?? kept.endIndex
            kept.replaceSubrange(open.lowerBound..<close, with: "")
        }
        if kept.hasPrefix("[") { kept.removeFirst() }
        kept = String(kept.filter { $0 != "`" && !isPicture($0) })
        // A lone sign may be arithmetic: "3 * 4".
        if kept != "*" { kept = kept.filter { $0 != "*" } }
        if kept.contains("_") { kept = withoutEmphasis(kept) }
        if kept.hasPrefix("#"), kept.dropFirst().first?.isLetter == true { kept.removeFirst() }
        return kept
    }

    /// Underscores stay between letters and digits: "snake_case".
    private static func withoutEmphasis(_ word: String) -> String {
        let characters = Array(word)
        let inner = { (index: Int) in
            characters.indices.contains(index) && (characters[index].isLetter || characters[index].isNumber)
        }
        return String(
            characters.indices.lazy.filter { characters[$0] != "_" || inner($0 - 1) && inner($0 + 1) }.map {
                characters[$0]
            })
    }

    private static func isPicture(_ character: Character) -> Bool {
        guard let scalar = character.unicodeScalars.first else { return false }
        return scalar.properties.isEmojiPresentation || scalar.value == 0xFE0F
            || scalar.properties.isEmoji && character.unicodeScalars.contains { $0.value == 0xFE0F }
    }
}

extension String {
    /// The first place where `part` stands.
    fileprivate func range(of part: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
            start = index(after: start)
        }
        return nil
    }
}
