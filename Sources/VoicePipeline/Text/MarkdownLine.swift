/// The marks that Markdown puts at the beginning of a line.
enum MarkdownLine {
    /// The line without heading, quote, list and check-box marks. The number of a numbered list stays: it is read.
    static func withoutPrefix(_ line: ArraySlice<Character>) -> ArraySlice<Character> {
        var rest = line.drop(while: \.isWhitespace)
        while true {
            let before = rest.count
            let heading = rest.prefix { $0 == "#" }
            if (1...6).contains(heading.count), isSpaceOrEnd(rest.dropFirst(heading.count)) {
                rest = rest.dropFirst(heading.count)
            }
            if rest.first == ">" { rest = rest.dropFirst() }
            if let bullet = rest.first, bullets.contains(bullet), isSpaceOrEnd(rest.dropFirst()) {
                rest = rest.dropFirst()
            }
            rest = rest.drop(while: \.isWhitespace)
            if rest.count >= 3, rest.starts(with: ["["]), let mark = rest.dropFirst().first, " xX".contains(mark),
                rest.dropFirst(2).first == "]"
            {
                rest = rest.dropFirst(3).drop(while: \.isWhitespace)
            }
            if rest.count == before { return rest }
        }
    }

    /// Whether a line opens or closes a block of code.
    static func isFence(_ line: ArraySlice<Character>) -> Bool {
        line.starts(with: "```") || line.starts(with: "~~~")
    }

    private static func isSpaceOrEnd(_ rest: ArraySlice<Character>) -> Bool {
        rest.first?.isWhitespace ?? true
    }

    private static let bullets: Set<Character> = ["-", "*", "+", "•", "‣", "◦", "–"]
}
