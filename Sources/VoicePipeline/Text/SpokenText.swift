/// Takes out of a text what is meant for eyes only, so that nobody hears "asterisk".
///
/// Markdown's marks, HTML tags, emoji and decoration go; a link keeps its words, a bare address its host. Words,
/// numbers and punctuation stay as they are. Cleaning twice changes nothing more.
public enum SpokenText {
    /// - Parameter text: a sentence or a line of a reply, or several lines.
    /// - Returns: one line without leading or trailing space; empty if nothing in it can be pronounced.
    public static func clean(_ text: String) -> String {
        var result = ""
        for line in text.split(whereSeparator: \.isNewline) {
            let words = cleanLine(Array(line))
            guard words.contains(where: { $0.isLetter || $0.isNumber }) else { continue }
            if !result.isEmpty { result += " " }
            result += words
        }
        return result
    }

    private static func cleanLine(_ line: [Character]) -> String {
        let body = MarkdownLine.withoutPrefix(line[...])
        guard !MarkdownLine.isFence(body) else { return "" }
        return joined(withoutMarks(InlineMarkup.resolved(Array(body))))
    }

    /// Emphasis, code marks, table bars and decoration.
    private static func withoutMarks(_ characters: [Character]) -> [Character] {
        var output: [Character] = []
        for (index, character) in characters.enumerated() {
            let before = index > 0 ? characters[index - 1] : " "
            let after = index + 1 < characters.count ? characters[index + 1] : " "
            switch character {
            case "*":
                // A sign between numbers, "3 * 4" or "3*4", is a product; anywhere else it is emphasis.
                if isProduct(at: index, in: characters) { output += Array(" times ") }
            case "_":
                if isWord(before), isWord(after) { output.append(" ") }
            case "`", "\u{200B}", "\u{FEFF}":
                break
            case "~":
                if before != "~", after.isNumber { output += Array("about ") }
            case "|":
                // The cells of a table are read with a pause between them.
                if output.contains(where: isWord), characters[(index + 1)...].contains(where: isWord) {
                    output += Array(", ")
                }
            default:
                output += Decoration.spoken(character)
            }
        }
        return output
    }

    private static func isProduct(at index: Int, in characters: [Character]) -> Bool {
        let left = characters[..<index].last { $0 != " " }
        let right = characters[(index + 1)...].first { $0 != " " }
        return left?.isNumber == true && right?.isNumber == true
    }

    private static func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }

    /// One space between words, none at the ends or before the punctuation that ends a clause.
    private static func joined(_ characters: [Character]) -> String {
        var output = ""
        var needsSpace = false
        for (index, character) in characters.enumerated() {
            if character.isWhitespace {
                needsSpace = !output.isEmpty
                continue
            }
            let next = index + 1 < characters.count ? characters[index + 1] : " "
            // An emoji before it leaves a space behind; ".5" is a number.
            let ends = ",.;:!?".contains(character) && !isWord(next)
            if needsSpace, !ends { output.append(" ") }
            output.append(character)
            needsSpace = false
        }
        return output
    }
}
