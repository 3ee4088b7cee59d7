/// Cuts heard text into normalised words.
enum Tokenizer {
    /// Words at most; what follows is dropped.
    static let maximumWords = 400

    static func words(of text: String) -> [Word] {
        var reader = Reader(text: text)
        var words: [Word] = []
        while let piece = reader.next(), words.count < maximumWords {
            for word in Contractions.expanded(piece.text) {
                words.append(Word(text: word, range: piece.range))
            }
        }
        while words.last?.isBreak == true { words.removeLast() }
        return words
    }

    /// Signs that are words of their own in arithmetic, units and prices.
    private static let signs: [Character: String] = [
        "+": "+", "*": "*", "×": "*", "/": "/", "÷": "/", "^": "^", "%": "%", "(": "(", ")": ")", "=": "=",
        "−": "-", "–": "-", "°": "°", "$": "$", "€": "€", "£": "£", "&": "and", "²": "²", "³": "³", "√": "√",
        "½": "½", "¼": "¼", "¾": "¾", "π": "pi",
    ]
    private static let breaks: Set<Character> = [",", ".", "!", "?", ";", ":", "…", "\n"]

    /// Walks over the characters once.
    private struct Reader {
        let text: String
        var index: String.Index

        init(text: String) {
            self.text = text
            index = text.startIndex
        }

        mutating func next() -> Word? {
            while index < text.endIndex {
                let start = index
                let character = text[index]
                if character.isASCIIDigit || (character == "." && peek(1)?.isASCIIDigit == true) {
                    return number(from: start)
                }
                if character.isLetter { return letters(from: start) }
                advance()
                if let sign = signs[character] { return Word(text: sign, range: start..<index) }
                if character == "-" {
                    if isMinus(at: start) { return Word(text: "-", range: start..<index) }
                } else if breaks.contains(character) {
                    return Word(text: Word.breakText, range: start..<index)
                }
            }
            return nil
        }

        /// Digits with a decimal point, thousands commas, a time's colon, or an ordinal's ending.
        private mutating func number(from start: String.Index) -> Word {
            var digits = ""
            while let character = current {
                if character.isASCIIDigit {
                    digits.append(character)
                } else if character == ".", !digits.contains("."), !digits.contains(":"),
                    peek(1)?.isASCIIDigit == true
                {
                    digits.append(".")
                } else if character == ",", isThousandsComma, !digits.contains(".") {
                    // Not part of the value.
                } else if character == ":", !digits.contains(":"), peek(1)?.isASCIIDigit == true {
                    digits.append(":")
                } else {
                    break
                }
                advance()
            }
            for ending in ["st", "nd", "rd", "th"] where text[index...].prefix(2).lowercased() == ending {
                if peek(2)?.isLetter != true {
                    advance()
                    advance()
                    digits += ending
                    break
                }
            }
            return Word(text: digits, range: start..<index)
        }

        private mutating func letters(from start: String.Index) -> Word {
            var word = ""
            while let character = current {
                if character.isLetter {
                    word += character.lowercased()
                } else if character == "'" || character == "’", peek(1)?.isLetter == true, !word.isEmpty {
                    word.append("'")
                } else {
                    break
                }
                advance()
            }
            if word == "a" || word == "p", takeMeridiemEnding() {
                word += "m"
            }
            return Word(text: word, range: start..<index)
        }

        /// The rest of "a.m." or "p. m." after its first letter.
        private mutating func takeMeridiemEnding() -> Bool {
            var probe = index
            guard probe < text.endIndex, text[probe] == "." else { return false }
            probe = text.index(after: probe)
            if probe < text.endIndex, text[probe] == " " { probe = text.index(after: probe) }
            guard probe < text.endIndex, text[probe] == "m" || text[probe] == "M" else { return false }
            probe = text.index(after: probe)
            if probe < text.endIndex, text[probe].isLetter { return false }
            if probe < text.endIndex, text[probe] == "." { probe = text.index(after: probe) }
            index = probe
            return true
        }

        /// A dash is a minus before a digit unless it joins two words ("twenty-five", "5-minute").
        private func isMinus(at dash: String.Index) -> Bool {
            let before = dash > text.startIndex ? text[text.index(before: dash)] : " "
            guard let after = current else { return false }
            if before.isLetter || after.isLetter { return false }
            return after.isASCIIDigit || after == "." || after == "(" || after == " " && before == " "
        }

        private var isThousandsComma: Bool {
            guard let a = peek(1), let b = peek(2), let c = peek(3) else { return false }
            return a.isASCIIDigit && b.isASCIIDigit && c.isASCIIDigit && peek(4)?.isASCIIDigit != true
        }

        private var current: Character? { index < text.endIndex ? text[index] : nil }

        private func peek(_ offset: Int) -> Character? {
            guard let at = text.index(index, offsetBy: offset, limitedBy: text.endIndex), at < text.endIndex
            else { return nil }
            return text[at]
        }

        private mutating func advance() {
            index = text.index(after: index)
        }
    }
}

extension Character {
    var isASCIIDigit: Bool { isASCII && isNumber }
}
