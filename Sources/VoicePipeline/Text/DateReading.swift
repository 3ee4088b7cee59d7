/// Dates and years: "2026-11-21" is "November 21st, 20 26", "1984" is "19 84".
enum DateReading {
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    private static let lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

    static func find(at index: Int, in line: [Character]) -> Reading? {
        iso(LineCursor(line, at: index)) ?? american(LineCursor(line, at: index)) ?? year(LineCursor(line, at: index))
    }

    /// 2026-11-21.
    private static func iso(_ start: LineCursor) -> Reading? {
        var cursor = start
        guard let year = cursor.digits(4...4), cursor.take("-"), let month = cursor.digits(2...2), cursor.take("-"),
            let day = cursor.digits(2...2), cursor.isAtEnd
        else { return nil }
        return date(year, month, day, cursor.position)
    }

    /// 11/21/2026, month first as in American English; where that cannot be, day first.
    private static func american(_ start: LineCursor) -> Reading? {
        var cursor = start
        guard let first = cursor.digits(1...2), cursor.take("/"), let second = cursor.digits(1...2), cursor.take("/"),
            let year = cursor.digits(4...4), cursor.isAtEnd
        else { return nil }
        return date(year, first, second, cursor.position) ?? date(year, second, first, cursor.position)
    }

    private static func date(_ year: String, _ month: String, _ day: String, _ end: Int) -> Reading? {
        guard let year = Int(year), let month = Int(month), let day = Int(day), (1...12).contains(month),
            (1...lengths[month - 1]).contains(day)
        else { return nil }
        return Reading(spoken: "\(months[month - 1]) \(ordinal(day)), \(spoken(year: year))", end: end)
    }

    /// A plain number of four digits that stands where a year stands: "in 1984", "March 4, 2026", "1939-1945".
    private static func year(_ start: LineCursor) -> Reading? {
        var cursor = start
        guard let year = cursor.digits(4...4).flatMap({ Int($0) }), (1100...2099).contains(year) else { return nil }
        if cursor.peek() == "s", cursor.peek(1)?.isLetter != true { return decade(year, cursor) }
        var probe = cursor
        if let dash = RangeReading.take(&probe), let last = probe.digits(4...4).flatMap({ Int($0) }), probe.isAtEnd,
            (1100...2099).contains(last)
        {
            return Reading(spoken: spoken(year: year) + dash + spoken(year: last), end: probe.position)
        }
        guard cursor.isAtEnd, isYear(before: start.position, in: start.line, behind: cursor) else { return nil }
        return Reading(spoken: spoken(year: year), end: cursor.position)
    }

    /// "1990s" and "1900s"; people say "the 20 tens" too, but espeak-ng's "2010 s" is no worse.
    private static func decade(_ year: Int, _ start: LineCursor) -> Reading? {
        guard year % 10 == 0, year < 2000, year % 100 != 10 else { return nil }
        let names = [
            "hundreds", "", "twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties",
            "nineties",
        ]
        return Reading(spoken: "\(year / 100) \(names[year % 100 / 10])", end: start.position + 1)
    }

    private static let before: Set<String> = [
        "in", "since", "until", "till", "from", "of", "by", "year", "before", "after", "around", "circa", "during",
        "early", "late", "mid", "and", "to", "between", "summer", "winter", "spring", "autumn", "fall",
    ]

    private static func isYear(before index: Int, in line: [Character], behind: LineCursor) -> Bool {
        var end = index
        while end > 0, line[end - 1] == " " || line[end - 1] == "," { end -= 1 }
        var start = end
        while start > 0, line[start - 1].isLetter || line[start - 1].isNumber { start -= 1 }
        let word = String(line[start..<end]).lowercased()
        let hasComma = line[end..<index].contains(",")
        if let first = word.first, first.isNumber { return hasComma && isDay(word) }
        if months.contains(where: { $0.lowercased() == word }) { return true }
        guard !hasComma else { return false }
        // "It is 1984" may be a sum; "the year is 1984" is none.
        if word == "is" || word == "was" { return String(line[..<start]).lowercased().contains("year") }
        guard before.contains(word) else { return false }
        // "In 1984 people" may be a count.
        var behind = behind
        guard behind.peek() == " " else { return true }
        behind.blank()
        let next = behind.letters().lowercased()
        return next.isEmpty || after.contains(next)
    }

    /// Words that follow a year rather than a count.
    private static let after: Set<String> = [
        "and", "or", "to", "the", "a", "an", "it", "he", "she", "they", "we", "i", "was", "were", "is", "had", "has",
        "with", "in", "at", "by", "for", "when", "as", "but", "that", "which", "who", "after", "before", "until", "on",
        "this", "there", "because", "during", "while", "his", "her", "its", "their", "edition", "model", "season",
    ]

    private static func isDay(_ word: String) -> Bool {
        Int(word.prefix(while: \.isASCIIDigit)).map { (1...31).contains($0) } ?? false
    }

    /// As a phonemizer says it: two numbers of two digits, except round ones.
    static func spoken(year: Int) -> String {
        let (century, rest) = (year / 100, year % 100)
        if year < 1100 || (2000...2009).contains(year) || rest == 0 { return "\(year)" }
        return rest < 10 ? "\(century) oh \(rest)" : "\(century) \(rest)"
    }

    static func ordinal(_ day: Int) -> String {
        switch day {
        case 1, 21, 31: "\(day)st"
        case 2, 22: "\(day)nd"
        case 3, 23: "\(day)rd"
        default: "\(day)th"
        }
    }
}
