/// English abbreviations whose full stop does not end a sentence.
public enum Abbreviations {
    /// Whether the word before a full stop is an abbreviation that a capital may follow: "Dr. Wu", "J. S. Bach".
    /// - Parameter index: place of the full stop in `characters`.
    public static func isOne(before index: Int, in characters: [Character]) -> Bool {
        guard characters[index] == "." else { return false }
        let word = self.word(before: index, in: characters)
        if beforeNames.contains(word.lowercased()) { return true }
        // Initials; "I" is mostly the pronoun, and behind "3 P.M." a capital begins a sentence.
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.allSatisfy({ $0.count == 1 && $0.first?.isUppercase == true }) else { return false }
        return word != "I" && word != "A.M" && word != "P.M"
    }

    /// Whether it is one that a number may follow: "No. 5", "Jan. 3".
    public static func isOneBeforeNumbers(before index: Int, in characters: [Character]) -> Bool {
        beforeNumbers.contains(word(before: index, in: characters).lowercased())
    }

    /// The letters and inner full stops that stand before a place; empty if they are a part of something longer.
    private static func word(before index: Int, in characters: [Character]) -> String {
        var start = index
        while start > 0, characters[start - 1].isLetter || characters[start - 1] == "." {
            start -= 1
            guard index - start <= longest else { return "" }
        }
        if start > 0, !characters[start - 1].isWhitespace, !openers.contains(characters[start - 1]) { return "" }
        return String(characters[start..<index])
    }

    private static let longest = 12
    private static let openers: Set<Character> = ["(", "[", "\"", "'", "“", "‘", "*", "_", "-", "/"]
    private static let beforeNames: Set<String> = [
        "dr", "mr", "mrs", "ms", "prof", "st", "mt", "gen", "capt", "lt", "sgt", "col", "rev", "hon", "gov", "sen",
        "rep", "pres", "messrs", "e.g", "i.e", "eg", "ie", "cf", "vs", "approx",
    ]
    private static let beforeNumbers: Set<String> = [
        "no", "nos", "fig", "vol", "pp", "p", "ch", "sec", "art", "op", "jan", "feb", "mar", "apr", "jun", "jul",
        "aug", "sep", "sept", "oct", "nov", "dec", "ca",
    ]
}
