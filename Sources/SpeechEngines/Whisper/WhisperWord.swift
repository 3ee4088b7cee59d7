/// A word of a text, and which tokens it is made of.
package struct WhisperWord: Equatable, Sendable {
    /// With the space before it, where it has one, and with its punctuation.
    package var text: String
    /// The tokens of all that, by their place in the text.
    package var tokens: Range<Int>
    /// Those of the word without its punctuation: what there is to hear.
    package var spoken: Range<Int>

    package init(text: String, tokens: Range<Int>, spoken: Range<Int>? = nil) {
        self.text = text
        self.tokens = tokens
        self.spoken = spoken ?? tokens
    }

    /// Whether a sentence ends with this word.
    package var endsSentence: Bool {
        // A bracket or quotation mark may close behind the full stop.
        guard let last = text.last(where: { !"\"'”’)]»".contains($0) }), ".?!。？！…।؟".contains(last) else {
            return false
        }
        return !["mr.", "mrs.", "ms.", "dr.", "st."].contains(text.trimmingWhitespace.lowercased())
    }
}

extension WhisperWord {
    private static let opening: Set<Character> = ["\"", "'", "“", "¿", "(", "[", "{", "-"]
    private static let closing: Set<Character> = [
        "\"", "'", ".", "。", ",", "，", "!", "！", "?", "？", ":", "：", ";", "；", "”", ")", "]", "}", "、",
    ]
    private static let written: Set<String> = ["zh", "ja", "th", "lo", "my", "yue"]

    /// Cuts a text into words.
    /// - Parameters:
    ///   - tokens: of the text.
    ///   - language: code; where words are written without spaces each character is taken for one.
    /// - Returns: words that have all the tokens between them, in order; at least as much as a character each.
    package static func words(_ tokens: [Int], _ table: WhisperTokens, language: String) -> [WhisperWord] {
        let characters = characters(tokens, table)
        let words = written.contains(language) ? characters : joined(characters)
        return withPunctuation(words)
    }

    /// Tokens that are parts of a character put together.
    private static func characters(_ tokens: [Int], _ table: WhisperTokens) -> [WhisperWord] {
        var result: [WhisperWord] = []
        var start = 0
        for index in tokens.indices {
            let text = table.text(Array(tokens[start...index]))
            let isWhole = !text.isEmpty && !text.unicodeScalars.contains("\u{FFFD}")
            guard isWhole || index == tokens.endIndex - 1 else { continue }
            result.append(WhisperWord(text: text, tokens: start..<index + 1))
            start = index + 1
        }
        return result
    }

    /// Parts without a space before them belong to the word before them, unless they are punctuation.
    private static func joined(_ parts: [WhisperWord]) -> [WhisperWord] {
        var words: [WhisperWord] = []
        for part in parts {
            guard let last = words.indices.last, part.text.first != " ", !part.isPunctuation else {
                words.append(part)
                continue
            }
            words[last] = words[last].followed(by: part)
            // A hyphen, an apostrophe or a decimal point inside a word.
            if last > 0, words[last - 1].text != " ", part.followsSign(in: words[last].text) {
                let inner = words.removeLast()
                words[last - 1] = words[last - 1].followed(by: inner)
            }
        }
        return words
    }

    private var isPunctuation: Bool {
        text.allSatisfy { $0.isASCII && ($0.isPunctuation || $0.isSymbol) }
    }

    /// Whether `whole` is this part with one sign of punctuation before it, without a space.
    private func followsSign(in whole: String) -> Bool {
        whole.count == text.count + 1 && whole.first.map { $0.isASCII && $0.isPunctuation } == true
    }

    private static func withPunctuation(_ parts: [WhisperWord]) -> [WhisperWord] {
        var words: [WhisperWord] = []
        var before: WhisperWord?
        for part in parts {
            let signs = part.text.trimmingWhitespace
            if signs.isEmpty || (part.text.first == " " && signs.allSatisfy(opening.contains)) {
                before = before?.followed(by: part) ?? part
            } else if before == nil, let last = words.indices.last, part.text.first != " ",
                part.text.allSatisfy(closing.contains)
            {
                words[last] = WhisperWord(
                    text: words[last].text + part.text, tokens: words[last].tokens.lowerBound..<part.tokens.upperBound,
                    spoken: words[last].spoken)
            } else {
                var word = before?.followed(by: part) ?? part
                word.spoken = part.tokens
                words.append(word)
                before = nil
            }
        }
        guard let rest = before else { return words }
        guard let last = words.indices.last else { return rest.text.trimmingWhitespace.isEmpty ? [] : [rest] }
        words[last].text += rest.text
        words[last].tokens = words[last].tokens.lowerBound..<rest.tokens.upperBound
        return words
    }

    private func followed(by other: WhisperWord) -> WhisperWord {
        WhisperWord(text: text + other.text, tokens: tokens.lowerBound..<other.tokens.upperBound)
    }
}
