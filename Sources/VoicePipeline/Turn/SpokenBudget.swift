/// Cuts an answer so that it can be spoken within a time and written within a number of bytes.
public struct SpokenBudget: Equatable, Sendable {
    /// Bytes of UTF-8 at most.
    public var maximumBytes: Int
    /// Words at most; a sentence is never spoken faster to fit.
    public var maximumWords: Int

    public init(maximumBytes: Int, maximumWords: Int) {
        self.maximumBytes = maximumBytes
        self.maximumWords = maximumWords
    }

    /// The longest beginning of `text` within the budget that ends with a sentence; without one, with a word.
    public func cut(_ text: String) -> String {
        if fits(text[...]) { return text }
        var end = text.startIndex
        var sentenceEnd: String.Index?
        var wordEnd: String.Index?
        var index = text.startIndex
        while index < text.endIndex {
            let next = text.index(after: index)
            let atBreak = next == text.endIndex || text[next].isWhitespace
            if atBreak, !text[index].isWhitespace {
                guard fits(text[..<next]) else { break }
                wordEnd = next
                if ".!?…。！？".contains(text[index]) { sentenceEnd = next }
            }
            end = next
            index = next
        }
        if let sentenceEnd { return String(text[..<sentenceEnd]) }
        if let wordEnd { return String(text[..<wordEnd]) }
        return hardCut(text[..<end])
    }

    /// One word longer than the budget: as many characters as fit.
    private func hardCut(_ text: Substring) -> String {
        var kept = ""
        for character in text {
            if kept.utf8.count + character.utf8.count > maximumBytes { break }
            kept.append(character)
        }
        return kept
    }

    private func fits(_ text: Substring) -> Bool {
        text.utf8.count <= maximumBytes && text.split(whereSeparator: \.isWhitespace).count <= maximumWords
    }
}
