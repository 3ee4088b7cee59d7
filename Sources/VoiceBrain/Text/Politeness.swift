/// Takes off what people add when they speak to someone, which changes nothing about what they want.
enum Politeness {
    private static let leading: [[String]] = phrases([
        "hey hotpin", "hi hotpin", "hello hotpin", "okay hotpin", "hotpin", "hot pin", "hey hot pin",
        "hey", "hi", "hello", "okay", "um", "uh", "er", "hmm", "so", "well", "and", "but", "now", "please", "kindly",
        "yes", "yeah", "oh", "ah", "right", "good morning", "good evening", "good afternoon", "excuse me",
        "can you", "could you", "would you", "will you", "can i ask you to", "would you mind", "can you just",
        "i want you to", "i would like you to", "i need you to", "i want to", "i would like to", "i need to", "just",
        "quickly", "go ahead and", "let us", "actually", "also", "then", "can we", "could we", "can i", "could i",
    ])
    private static let trailing: [[String]] = phrases([
        "please", "for me", "thanks", "thank you", "thank you very much", "right now", "now", "okay", "hotpin",
        "if you can", "if you could", "will you", "would you", "can you", "could you", "at the moment", "right away",
        "then", "real quick", "quickly", "again please", "my friend", "for me please", "thanks a lot",
    ])

    /// - Returns: the words between; all of them when nothing would be left.
    static func stripped(_ words: [Word]) -> [Word] {
        var rest = words[...]
        while let shorter = droppingOne(rest) {
            if !shorter.contains(where: { !$0.isBreak }) { break }
            rest = shorter
        }
        return Array(rest)
    }

    private static func droppingOne(_ words: ArraySlice<Word>) -> ArraySlice<Word>? {
        if words.first?.isBreak == true { return words.dropFirst() }
        if words.last?.isBreak == true { return words.dropLast() }
        for phrase in leading where words.starts(with: phrase, by: { $0.text == $1 }) {
            if keeps(phrase, before: words.dropFirst(phrase.count)) { continue }
            return words.dropFirst(phrase.count)
        }
        for phrase in trailing where words.count > phrase.count {
            if words.suffix(phrase.count).elementsEqual(phrase, by: { $0.text == $1 }) {
                return words.dropLast(phrase.count)
            }
        }
        return nil
    }

    /// "I need to buy" and "I want to know" say what is wanted; the words that carry meaning stay.
    private static func keeps(_ phrase: [String], before rest: ArraySlice<Word>) -> Bool {
        guard phrase.first == "i" || phrase == ["can", "i"] || phrase == ["could", "i"] else { return false }
        let next = rest.first?.text
        return next == "buy" || next == "get" || next == "be" || next == "say" || next == "ask"
    }

    /// Longest first, so that "hey hotpin" wins over "hey".
    private static func phrases(_ list: [String]) -> [[String]] {
        list.map { $0.split(separator: " ").map(String.init) }.sorted { $0.count > $1.count }
    }
}
