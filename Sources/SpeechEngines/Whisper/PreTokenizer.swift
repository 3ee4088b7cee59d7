/// Cuts text into the pieces inside which byte pairs are merged, as GPT-2's pattern does.
///
/// A piece is an English contraction (`'s`, `'ll`), a run of letters, of numbers or of other signs with at most one
/// space before it, or white space; of the white space before a word all but the last character is a piece of its own.
package enum PreTokenizer {
    private enum Kind {
        case letter, number, space, other
    }

    /// - Returns: the UTF-8 bytes of each piece, in order; together they are the text.
    package static func pieces(_ text: String) -> [[UInt8]] {
        let scalars = Array(text.unicodeScalars)
        let kinds = scalars.map(kind)
        var pieces: [[UInt8]] = []
        var start = 0
        while start < scalars.count {
            let end = end(of: start, scalars, kinds)
            pieces.append(scalars[start..<end].flatMap { Array($0.utf8) })
            start = end
        }
        return pieces
    }

    /// Where the piece that begins at `start` ends; always behind it.
    private static func end(of start: Int, _ scalars: [Unicode.Scalar], _ kinds: [Kind]) -> Int {
        if let length = contraction(scalars[start...]) { return start + length }
        let first = scalars[start] == " " && start + 1 < kinds.count && kinds[start + 1] != .space ? start + 1 : start
        let end = kinds[first...].firstIndex { $0 != kinds[first] } ?? kinds.count
        guard kinds[first] == .space, end < kinds.count, end - start > 1 else { return end }
        // The last of several goes with the word that follows.
        return end - 1
    }

    private static func contraction(_ scalars: ArraySlice<Unicode.Scalar>) -> Int? {
        guard scalars.first == "'" else { return nil }
        let rest = scalars.dropFirst()
        for ending in ["s", "t", "re", "ve", "m", "ll", "d"] where rest.starts(with: ending.unicodeScalars) {
            return 1 + ending.unicodeScalars.count
        }
        return nil
    }

    private static func kind(_ scalar: Unicode.Scalar) -> Kind {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: .letter
        case .decimalNumber, .letterNumber, .otherNumber: .number
        default: scalar.properties.isWhitespace ? .space : .other
        }
    }
}
