/// Abbreviations that espeak-ng spells out or stops behind: "No. 5", "Nov. 21", "3 vs. 5", "pp. 4".
enum AbbreviationReading {
    private static let beforeNumbers: [String: String] = [
        "No": "number", "Nos": "numbers", "p": "page", "pp": "pages", "Fig": "figure", "fig": "figure",
        "Vol": "volume", "vol": "volume", "Ch": "chapter", "ch": "chapter", "ca": "about", "Jan": "January",
        "Feb": "February", "Mar": "March", "Apr": "April", "Jun": "June", "Jul": "July", "Aug": "August",
        "Sep": "September", "Sept": "September", "Oct": "October", "Nov": "November", "Dec": "December",
    ]
    private static let anywhere: [String: String] = ["vs": "versus", "approx": "approximately"]

    /// - Parameter index: a letter that begins a word.
    static func find(at index: Int, in line: [Character]) -> Reading? {
        var cursor = LineCursor(line, at: index)
        let word = cursor.letters()
        guard word.count <= 6, cursor.take(".") else { return nil }
        if let spoken = anywhere[word], cursor.peek() == " " { return Reading(spoken: spoken, end: cursor.position) }
        guard let spoken = beforeNumbers[word] else { return nil }
        var behind = cursor
        behind.blank()
        guard behind.peek()?.isASCIIDigit == true else { return nil }
        return Reading(spoken: spoken + (behind.position == cursor.position ? " " : ""), end: cursor.position)
    }
}
