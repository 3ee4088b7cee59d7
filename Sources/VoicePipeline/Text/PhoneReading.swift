/// Telephone numbers, digit by digit: "555-123-4567" is "5 5 5, 1 2 3, 4 5 6 7".
enum PhoneReading {
    /// Digits of a telephone number at least and at most.
    private static let length = 7...15

    static func find(at index: Int, in line: [Character]) -> Reading? {
        var cursor = LineCursor(line, at: index)
        let isInternational = cursor.take("+")
        var groups: [String] = []
        var separators: Set<Character> = []
        while groups.count < 8 {
            guard let group = cursor.digits(1...(isInternational ? 12 : 4)) else { return nil }
            groups.append(group)
            guard let separator = cursor.peek(), "-. ".contains(separator), cursor.peek(1)?.isASCIIDigit == true
            else { break }
            separators.insert(separator)
            cursor.position += 1
        }
        let count = groups.reduce(0) { $0 + $1.count }
        guard cursor.isAtEnd, length.contains(count) else { return nil }
        if !isInternational {
            // "2 3 4 5", "3-5", "1.2.3.4" are something else.
            guard groups.count >= 2, separators == ["-"] || separators == ["."] && groups.count == 3,
                groups.allSatisfy({ $0.count >= 3 }) || groups.count == 4 && groups[0].count == 1,
                groups.count > 2 || groups[0].count == 3
            else { return nil }
        }
        let spoken = groups.map { $0.map(String.init).joined(separator: " ") }.joined(separator: ", ")
        return Reading(spoken: isInternational ? "plus \(spoken)" : spoken, end: cursor.position)
    }
}
