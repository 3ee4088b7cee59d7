import VoicePipeline

/// A part of a sentence up to a mark that is heard as a pause or an intonation.
package struct Clause: Equatable, Sendable {
    /// The words with the mark.
    package var text: String
    /// `,` `;` `:` `.` `!` `?`, or nil where the text just ends.
    package var mark: Character?

    package init(text: String, mark: Character?) {
        self.text = text
        self.mark = mark
    }
}

/// Cuts a sentence into clauses.
///
/// libespeak-ng would do so too, but it gives the phonemes without the punctuation that ended a clause, and it takes
/// "Dr." for the end of a sentence.
package enum ClauseSplitter {
    /// - Parameter sentence: one sentence on one line, as `SentenceSplitter` gives it.
    package static func clauses(of sentence: String) -> [Clause] {
        let characters = Array(sentence)
        var clauses: [Clause] = []
        var start = 0
        var index = 0
        while index < characters.count {
            guard let (mark, end) = mark(at: index, in: characters) else {
                index += 1
                continue
            }
            add(characters[start..<end], mark: mark, to: &clauses)
            start = end
            index = end
        }
        add(characters[start...], mark: nil, to: &clauses)
        return clauses
    }

    /// Finds a mark, with where the clause behind it begins.
    private static func mark(at index: Int, in characters: [Character]) -> (mark: Character, end: Int)? {
        let character = characters[index]
        if let wide = wideMarks[character] { return (wide, index + 1) }
        if character == "–" {
            // Between words it is a pause, between numbers ("1990–1995") it is a range.
            let isBetweenWords =
                index > 0 && characters[index - 1] == " " && index + 1 < characters.count
                && characters[index + 1] == " "
            return isBetweenWords ? (";", index + 1) : nil
        }
        guard marks.contains(character) else { return nil }
        var end = index + 1
        while end < characters.count, marks.contains(characters[end]) { end += 1 }
        let run = characters[index..<end]
        while end < characters.count, closers.contains(characters[end]) { end += 1 }
        let isLast = end == characters.count
        guard isLast || characters[end].isWhitespace else { return nil }
        if run.count == 1, character == "." {
            return isLast || endsWord(before: index, in: characters) ? (".", end) : nil
        }
        return (spoken(run, isLast: isLast), end)
    }

    /// The mark that a run such as "?!" or "..." is spoken with.
    private static func spoken(_ run: ArraySlice<Character>, isLast: Bool) -> Character {
        if run.contains("?") { return "?" }
        if run.contains("!") { return "!" }
        // An ellipsis inside a sentence is a pause.
        if run.count > 1 || run.first == "…" { return isLast ? "." : "," }
        return run.first ?? "."
    }

    /// Whether a full stop inside a sentence ends a word rather than an abbreviation: those are short or listed.
    private static func endsWord(before index: Int, in characters: [Character]) -> Bool {
        let word = characters[..<index].suffix(5)
        return word.count == 5 && word.allSatisfy(\.isLetter) && !Abbreviations.isOne(before: index, in: characters)
    }

    private static func add(_ characters: ArraySlice<Character>, mark: Character?, to clauses: inout [Clause]) {
        let text = String(characters.drop(while: \.isWhitespace))
        if text.contains(where: { $0.isLetter || $0.isNumber || spokenSymbols.contains($0) }) {
            clauses.append(Clause(text: text, mark: mark))
        } else if let mark, let last = clauses.indices.last, clauses[last].mark == nil || sentenceMarks.contains(mark) {
            // A mark on its own, as behind a closing dash, belongs to the clause before.
            clauses[last].mark = mark
        }
    }

    private static let marks: Set<Character> = [",", ";", ":", ".", "!", "?", "…"]
    private static let sentenceMarks: Set<Character> = [".", "!", "?"]
    private static let closers: Set<Character> = ["\"", "'", "”", "’", "»", ")", "]", "}"]
    private static let wideMarks: [Character: Character] = [
        "—": ";", "，": ",", "、": ",", "；": ";", "：": ":", "。": ".", "！": "!", "？": "?",
    ]
    /// Signs that are read by their name even when they stand alone.
    private static let spokenSymbols: Set<Character> = ["%", "&", "+", "=", "@", "$", "€", "£", "°", "#"]
}
