/// Numbers with what belongs to them: units, ranges, fractions, ratios and the signs of a sum.
enum QuantityReading {
    static func find(at index: Int, in line: [Character]) -> Reading? {
        var cursor = LineCursor(line, at: index)
        // "-5 °C"; "5 -3" and "x-3" are no signs, the caller saw to the latter.
        let isNegative = cursor.peek() == "-" && cursor.peek(1)?.isASCIIDigit == true
        if isNegative { cursor.position += 1 }
        guard let number = cursor.number() else { return nil }
        let sign = isNegative ? "minus " : ""
        let reading =
            fraction(number, cursor) ?? range(number, cursor) ?? measured(number, cursor) ?? ratio(number, cursor)
            ?? sum(number, cursor)
        guard var reading else {
            return isNegative && cursor.isAtEnd ? Reading(spoken: sign + number.text, end: cursor.position) : nil
        }
        reading.spoken = sign + reading.spoken
        return reading
    }

    // MARK: - Units and ranges

    private static func measured(_ number: SpokenNumber, _ start: LineCursor) -> Reading? {
        var cursor = start
        if cursor.peek() == "'" || cursor.peek() == "′" { return height(number, cursor) }
        let isTight = cursor.peek() != " "
        cursor.blank()
        guard let unit = unit(&cursor, isTight: isTight) else { return nil }
        var spoken = "\(number.text) \(number.isOne ? unit.one : unit.many)"
        if unit.one == "foot" { spoken += inches(&cursor) }
        return Reading(spoken: spoken, end: cursor.position)
    }

    /// A unit where no word is more likely: "5 m", but not "4 s" or "it is 5 in the morning".
    private static func unit(_ cursor: inout LineCursor, isTight: Bool) -> UnitName? {
        let start = cursor.position
        var probe = cursor
        // "in" is a unit only where nothing else can be meant.
        if probe.letters() == "in", isTight, probe.isAtEnd {
            cursor = probe
            return UnitName("inch", "inches")
        }
        guard let name = UnitName.take(&cursor) else { return nil }
        // "In her 20s", "a phone 5s".
        return isTight && name.one == "second" && probe.position - start == 1 ? nil : name
    }

    /// 6'2".
    private static func height(_ feet: SpokenNumber, _ start: LineCursor) -> Reading? {
        var cursor = start
        cursor.position += 1
        guard feet.value != nil, let inches = cursor.digits(1...2),
            cursor.take(oneOf: ["\"", "”", "″"]) != nil, cursor.isAtEnd
        else { return nil }
        return Reading(spoken: "\(feet.text) foot \(inches)", end: cursor.position)
    }

    /// " 2 in" behind feet.
    private static func inches(_ cursor: inout LineCursor) -> String {
        var probe = cursor
        probe.blank()
        guard let count = probe.digits(1...2) else { return "" }
        probe.blank()
        guard probe.letters() == "in", probe.isAtEnd else { return "" }
        cursor = probe
        return " \(count) \(Int(count) == 1 ? "inch" : "inches")"
    }

    private static func range(_ number: SpokenNumber, _ start: LineCursor) -> Reading? {
        var cursor = start
        guard let dash = RangeReading.take(&cursor), let end = cursor.number(), isRange(number, end) else {
            return nil
        }
        if cursor.peek() == "%" {
            cursor.position += 1
            return Reading(spoken: "\(number.text)\(dash)\(end.text)%", end: cursor.position)
        }
        if let measured = measured(end, cursor) {
            return Reading(spoken: number.text + dash + measured.spoken, end: measured.end)
        }
        guard cursor.isAtEnd, cursor.peek() != "-" else { return nil }
        return Reading(spoken: number.text + dash + end.text, end: cursor.position)
    }

    /// "747-400" is a name.
    private static func isRange(_ first: SpokenNumber, _ last: SpokenNumber) -> Bool {
        guard let low = first.value, let high = last.value else { return true }
        return low < high
    }

    // MARK: - Fractions and ratios

    private static let halves: [Int: (one: String, many: String)] = [
        2: ("half", "halves"), 3: ("third", "thirds"), 4: ("quarter", "quarters"), 5: ("fifth", "fifths"),
        6: ("sixth", "sixths"), 8: ("eighth", "eighths"), 10: ("tenth", "tenths"), 16: ("sixteenth", "sixteenths"),
    ]

    /// "3/4", "1 1/2", "24/7".
    private static func fraction(_ number: SpokenNumber, _ start: LineCursor) -> Reading? {
        guard let value = number.value, value < 100 else { return nil }
        if start.peek() == "/" {
            guard let (below, end) = denominator(start) else { return nil }
            if value == 24, below == 7 { return Reading(spoken: "24 7", end: end) }
            guard value < below, let names = halves[below] else {
                return Reading(spoken: "\(value) over \(below)", end: end)
            }
            let spoken = value == 1 ? (below == 2 ? "one half" : "one \(names.one)") : "\(value) \(names.many)"
            return Reading(spoken: spoken, end: end)
        }
        var cursor = start
        guard cursor.take(" "), let above = cursor.digits(1...2).flatMap({ Int($0) }), cursor.peek() == "/",
            let (below, end) = denominator(cursor), above < below, let names = halves[below]
        else { return nil }
        let part = above == 1 ? (below == 2 ? "a half" : "a \(names.one)") : "\(above) \(names.many)"
        return Reading(spoken: "\(value) and \(part)", end: end)
    }

    private static func denominator(_ start: LineCursor) -> (Int, end: Int)? {
        var cursor = start
        guard cursor.take("/"), let below = cursor.digits(1...3).flatMap({ Int($0) }), below > 0, cursor.isAtEnd,
            cursor.peek() != "/"
        else { return nil }
        return (below, cursor.position)
    }

    /// "3:2" is a score or a proportion.
    private static func ratio(_ number: SpokenNumber, _ start: LineCursor) -> Reading? {
        var cursor = start
        guard cursor.take(":"), let second = cursor.number(), cursor.isAtEnd, cursor.peek() != ":" else { return nil }
        return Reading(spoken: "\(number.text) to \(second.text)", end: cursor.position)
    }

    // MARK: - Sums

    private static let signs: [Character: String] = ["x": "by", "/": "divided by", "÷": "divided by"]

    /// "10 / 4", "5 x 3", "5 - 3 =", "10^8".
    private static func sum(_ number: SpokenNumber, _ start: LineCursor) -> Reading? {
        if start.peek() == "^", start.peek(1)?.isASCIIDigit == true {
            return Reading(spoken: "\(number.text) to the power of ", end: start.position + 1)
        }
        guard start.peek() == " ", let sign = start.peek(1), start.peek(2) == " ",
            start.peek(3)?.isASCIIDigit == true
        else { return nil }
        if let word = signs[sign] { return Reading(spoken: "\(number.text) \(word) ", end: start.position + 3) }
        // "10 - 15 minutes" is a range or a pause; a sum says what comes out.
        guard sign == "-" || sign == "−" || sign == "–" else { return nil }
        var behind = LineCursor(start.line, at: start.position + 3)
        guard behind.number() != nil, behind.take(" "), behind.take("=") || behind.letters() == "is" else { return nil }
        return Reading(spoken: "\(number.text) minus ", end: start.position + 3)
    }
}
