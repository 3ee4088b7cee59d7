/// Reads a `.env` file: `NAME=value` lines, `#` comments, optional `export`, values plain or in quotes.
package enum DotEnv {
    package static func parse(_ text: String) -> (values: [String: String], mistakes: [String]) {
        var values: [String: String] = [:]
        var mistakes: [String] = []
        // To `Character`, CR and LF are one: a file with such lines has no "\n" in it.
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, rawLine) in lines.enumerated() {
            var line = trimmed(rawLine)
            if line.isEmpty || line.hasPrefix("#") { continue }
            if line.hasPrefix("export ") { line = trimmed(line.dropFirst(7)) }
            guard let equals = line.firstIndex(of: "="), equals != line.startIndex else {
                mistakes.append(".env line \(index + 1) is not NAME=value")
                continue
            }
            let name = String(trimmed(line[..<equals]))
            guard let value = unquoted(trimmed(line[line.index(after: equals)...])) else {
                mistakes.append(".env line \(index + 1): the quote of \(name) is not closed")
                continue
            }
            values[name] = value
        }
        return (values, mistakes)
    }

    /// The value without its quotes or its trailing comment; nil if a quote is not closed.
    private static func unquoted(_ value: Substring) -> String? {
        if let quote = value.first, quote == "\"" || quote == "'" {
            let content = value.dropFirst()
            guard let end = content.firstIndex(of: quote) else { return nil }
            return String(content[..<end])
        }
        if let comment = value.firstRange(of: " #") { return String(trimmed(value[..<comment.lowerBound])) }
        return String(value)
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text
    }
}
