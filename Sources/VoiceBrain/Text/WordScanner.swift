/// Reads words from front to back. A value: a copy is a place to come back to.
package struct WordScanner: Sendable {
    let words: [Word]
    let source: String
    var position = 0
    var end: Int

    init(words: [Word], source: String) {
        self.words = words
        self.source = source
        end = words.count
    }

    /// Whether only breaks are left.
    package var isAtEnd: Bool {
        var probe = position
        while probe < end, words[probe].isBreak { probe += 1 }
        return probe >= end
    }

    /// The next word, over any breaks.
    var peek: String? { peek(0) }

    /// The word after `offset` others, over any breaks.
    func peek(_ offset: Int) -> String? {
        var left = offset
        var probe = position
        while probe < end {
            if !words[probe].isBreak {
                if left == 0 { return words[probe].text }
                left -= 1
            }
            probe += 1
        }
        return nil
    }

    /// Reads the next word, over any breaks.
    @discardableResult
    mutating func next() -> String? {
        skipBreaks()
        guard position < end else { return nil }
        defer { position += 1 }
        return words[position].text
    }

    mutating func skipBreaks() {
        while position < end, words[position].isBreak { position += 1 }
    }

    /// Reads `phrase`, words joined by single blanks, if it comes next.
    @discardableResult
    mutating func take(_ phrase: String) -> Bool {
        var probe = self
        for word in phrase.split(separator: " ") {
            guard let next = probe.next(), next == word else { return false }
        }
        self = probe
        return true
    }

    /// Reads the longest of the phrases that comes next.
    @discardableResult
    mutating func takeOne(of phrases: [String]) -> Bool {
        var best: WordScanner?
        for phrase in phrases {
            var probe = self
            if probe.take(phrase), probe.position > best?.position ?? -1 { best = probe }
        }
        guard let best else { return false }
        self = best
        return true
    }

    /// Takes the phrase off the end if it stands there.
    @discardableResult
    mutating func dropLast(_ phrase: String) -> Bool {
        var left = end
        for word in phrase.split(separator: " ").reversed() {
            while left > position, words[left - 1].isBreak { left -= 1 }
            guard left > position, words[left - 1].text == word else { return false }
            left -= 1
        }
        end = left
        return true
    }

    /// Takes the longest of the phrases off the end.
    @discardableResult
    mutating func dropLastOne(of phrases: [String]) -> Bool {
        var best: WordScanner?
        for phrase in phrases {
            var probe = self
            if probe.dropLast(phrase), probe.end < best?.end ?? Int.max { best = probe }
        }
        guard let best else { return false }
        self = best
        return true
    }

    /// Cuts what is left in two at the first place where one of the phrases stands with words before it.
    /// - Returns: the part before and the part after.
    func split(at phrases: [String]) -> (before: WordScanner, after: WordScanner)? {
        var probe = self
        while probe.next() != nil {
            var after = probe
            if after.takeOne(of: phrases) {
                var before = self
                before.end = probe.position
                return (before, after)
            }
        }
        return nil
    }

    /// What is left in the words that were heard, without the punctuation around it.
    var heard: String {
        var first = position
        var last = end
        while first < last, words[first].isBreak { first += 1 }
        while last > first, words[last - 1].isBreak { last -= 1 }
        guard first < last else { return "" }
        return String(source[words[first].range.lowerBound..<words[last - 1].range.upperBound])
    }

    /// Everything that is left, normalised, without breaks.
    var rest: String {
        words[min(position, end)..<end].lazy.filter { !$0.isBreak }.map(\.text).joined(separator: " ")
    }
}

extension WordScanner {
    /// Whether `phrase` comes next.
    func startsWith(_ phrase: String) -> Bool {
        var probe = self
        return probe.take(phrase)
    }

    /// Whether a listing or a sentence breaks here.
    var isAtBreak: Bool { position < end && words[position].isBreak }

    /// Whether `word` stands anywhere in what is left.
    func contains(_ word: String) -> Bool {
        words[min(position, end)..<end].contains { $0.text == word }
    }

    func containsAny(of list: Set<String>) -> Bool {
        words[min(position, end)..<end].contains { list.contains($0.text) }
    }
}
