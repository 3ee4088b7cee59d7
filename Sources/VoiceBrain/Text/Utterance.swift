/// What a recogniser heard, brought into the one form that skills read: lower case, no punctuation, contractions
/// spelt out, numbers apart from their units, politeness taken off.
package struct Utterance: Sendable {
    /// The words as they were heard.
    package let raw: String
    /// Every word of it, normalised; `,` stands where a listing or a sentence breaks.
    package let words: [Word]
    /// The words without "hey", "could you", "please" and their like; never empty unless `words` is.
    package let core: [Word]
    /// `core` joined by blanks, without the breaks.
    package let text: String

    /// Longest utterance that is looked at, in UTF-8 bytes; the rest is cut off.
    package static let maximumBytes = 4000

    /// - Parameter raw: recogniser or keyboard text of any length.
    package init(_ raw: String) {
        self.raw = Self.bounded(raw)
        words = Tokenizer.words(of: self.raw)
        core = Politeness.stripped(words)
        text = Utterance.joined(core)
    }

    /// The text, or as much of its beginning as is looked at.
    static func bounded(_ text: String) -> String {
        text.utf8.count <= maximumBytes ? text : String(text.prefix(maximumBytes / 4))
    }

    /// A reader at the first core word.
    package var scanner: WordScanner { WordScanner(words: core, source: raw) }

    /// Whether the core is exactly one of these phrases.
    package func isOne(of phrases: Set<String>) -> Bool {
        phrases.contains(text)
    }

    static func joined(_ words: [Word]) -> String {
        words.lazy.filter { !$0.isBreak }.map(\.text).joined(separator: " ")
    }
}

/// One normalised word and where it stands in what was heard.
package struct Word: Sendable, Equatable {
    package var text: String
    package var range: Range<String.Index>

    /// The mark that separates the parts of a listing and sentences.
    static let breakText = ","

    package var isBreak: Bool { text == Word.breakText }
}
