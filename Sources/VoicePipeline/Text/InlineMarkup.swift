/// Links, addresses, tags and character references inside a line.
enum InlineMarkup {
    /// The line with each of them replaced by what is spoken.
    static func resolved(_ line: [Character]) -> [Character] {
        var output: [Character] = []
        var index = 0
        while index < line.count {
            if let found = link(at: index, in: line) ?? angled(at: index, in: line) ?? reference(at: index, in: line) {
                output += found.spoken
                index = found.end
            } else if let found = address(at: index, in: line, after: output.last) {
                output += found.spoken
                index = found.end
            } else {
                output.append(line[index])
                index += 1
            }
        }
        return output
    }

    private typealias Found = (spoken: [Character], end: Int)

    /// `[words](address)` and `![words](address)` are their words.
    private static func link(at index: Int, in line: [Character]) -> Found? {
        let open = line[index] == "!" ? index + 1 : index
        guard open < line.count, line[open] == "[",
            let close = line[open...].prefix(maximumLink).firstIndex(of: "]"),
            close + 1 < line.count, line[close + 1] == "(",
            let end = line[(close + 1)...].prefix(maximumLink).firstIndex(of: ")")
        else { return nil }
        return (Array(line[(open + 1)..<close]), end + 1)
    }

    /// `<https://…>` is an address, `<b>` and `</b>` are nothing.
    private static func angled(at index: Int, in line: [Character]) -> Found? {
        guard line[index] == "<", index + 1 < line.count, line[index + 1].isLetter || line[index + 1] == "/",
            let close = line[index...].prefix(maximumLink).firstIndex(of: ">")
        else { return nil }
        let inner = line[(index + 1)..<close]
        if let address = address(at: inner.startIndex, in: Array(line[..<close]), after: nil) {
            return (address.spoken, close + 1)
        }
        return inner.contains(" ") && !inner.contains("=") ? nil : ([" "], close + 1)
    }

    /// `https://www.example.com/a?b=c` is "example.com": nobody can follow a path by ear.
    private static func address(at index: Int, in line: [Character], after before: Character?) -> Found? {
        if let before, before.isLetter || before.isNumber { return nil }
        let rest = line[index...]
        guard let scheme = schemes.first(where: { rest.starts(with: $0) }) else { return nil }
        var whole = rest.prefix { !$0.isWhitespace && !"<>\"”»|".contains($0) }
        // A mark at the end belongs to the sentence.
        while let last = whole.last, ".,;:!?)]}*_'’".contains(last) { whole = whole.dropLast() }
        var host = whole.dropFirst(scheme.count)
        if scheme != www, host.starts(with: www) { host = host.dropFirst(www.count) }
        host = host.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard host.contains(where: \.isLetter) else { return nil }
        return (Array(host), whole.endIndex)
    }

    /// `&amp;` and its like.
    private static func reference(at index: Int, in line: [Character]) -> Found? {
        guard line[index] == "&", let end = line[index...].prefix(8).firstIndex(of: ";"),
            let character = references[String(line[(index + 1)..<end])]
        else { return nil }
        return ([character], end + 1)
    }

    private static let maximumLink = 300
    private static let www: [Character] = Array("www.")
    private static let schemes: [[Character]] = [Array("https://"), Array("http://"), www]
    private static let references: [String: Character] = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "#39": "'", "nbsp": " ",
    ]
}
