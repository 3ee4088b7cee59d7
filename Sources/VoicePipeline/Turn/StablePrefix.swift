/// Finds the part of a growing utterance's text that need not be taken back.
///
///     look 1   go forward.
///     look 2   go forward then.          stable: go
///     look 3   Go forward 10 meters.     stable: go forward
///
/// Words on which two successive looks agree become stable, in the newer look's spelling, and never change again. Case
/// and punctuation do not count. The last word of a look never becomes stable: it may be half said. Where a later look
/// contradicts what is stable, it is laid beside it so that the fewest words differ, and what lies behind is the rest.
///
/// Words are what white space separates, so text in a script without it never becomes stable.
public struct StablePrefix: Equatable, Sendable {
    private struct Word: Equatable, Sendable {
        /// As it is written.
        var text: String
        /// What is compared: lower-case letters and digits.
        var key: String

        init(_ text: Substring) {
            self.text = String(text)
            key = text.filter { $0.isLetter || $0.isNumber }.lowercased()
        }
    }

    /// Words of a look that are looked at; Whisper makes at most 200 tokens.
    private static let most = 400

    private var stable: [Word] = []
    /// What followed the stable words in the look before, its last word included.
    private var rest: [Word] = []

    public init() {}

    /// What is known so far.
    public var partial: PartialTranscript {
        PartialTranscript(stable: text(stable), rest: (stable.isEmpty || rest.isEmpty ? "" : " ") + text(rest))
    }

    /// Takes what the newest look at the utterance gave.
    /// - Parameter text: of the whole utterance up to now.
    /// - Returns: what is known now; it begins with all that was stable before.
    public mutating func take(_ text: String) -> PartialTranscript {
        let words = text.split(maxSplits: Self.most, whereSeparator: \.isWhitespace).prefix(Self.most).map(Word.init)
        let unsettled = words[beginning(of: words)...]
        let agreed = zip(unsettled.dropLast(), rest).prefix { $0.key == $1.key }.count
        stable += unsettled.prefix(agreed)
        rest = Array(unsettled.dropFirst(agreed))
        return partial
    }

    /// How many of a look's words lie beside the stable ones.
    private func beginning(of words: [Word]) -> Int {
        if words.starts(with: stable, by: { $0.key == $1.key }) { return stable.count }
        // How many words differ at least if the stable words so far lie beside the first n words of the look.
        var differences = Array(0...words.count)
        for (index, word) in stable.enumerated() {
            var diagonal = differences[0]
            differences[0] = index + 1
            for place in words.indices {
                let replaced = diagonal + (words[place].key == word.key ? 0 : 1)
                diagonal = differences[place + 1]
                differences[place + 1] = min(replaced, min(diagonal, differences[place]) + 1)
            }
        }
        // Of equally good places the one that takes as many words as are stable: a word that was heard otherwise is
        // likelier than one too many and one too few.
        let fewest = differences.min() ?? 0
        let places = differences.indices.filter { differences[$0] == fewest }
        return places.min { abs($0 - stable.count) < abs($1 - stable.count) } ?? 0
    }

    private func text(_ words: [Word]) -> String {
        words.map(\.text).joined(separator: " ")
    }
}
