/// Reads a line from one place on.
struct LineCursor {
    let line: [Character]
    var position: Int

    init(_ line: [Character], at position: Int) {
        self.line = line
        self.position = position
    }

    /// The character here, or so many further; nil beyond the ends.
    func peek(_ offset: Int = 0) -> Character? {
        let place = position + offset
        return line.indices.contains(place) ? line[place] : nil
    }

    /// Takes the character if it is here.
    mutating func take(_ character: Character) -> Bool {
        guard peek() == character else { return false }
        position += 1
        return true
    }

    /// Takes the first of the characters that is here.
    mutating func take(oneOf characters: Set<Character>) -> Character? {
        guard let character = peek(), characters.contains(character) else { return nil }
        position += 1
        return character
    }

    /// Takes a row of digits, of which there are so many.
    mutating func digits(_ count: ClosedRange<Int>) -> String? {
        var end = position
        while end < line.count, line[end].isASCIIDigit, end - position <= count.upperBound { end += 1 }
        guard count.contains(end - position) else { return nil }
        defer { position = end }
        return String(line[position..<end])
    }

    /// Takes digits with groups of three ("1,234,567") and decimals ("1234.5").
    mutating func number() -> SpokenNumber? {
        var probe = self
        guard let first = probe.digits(1...15) else { return nil }
        var number = SpokenNumber(whole: first)
        while number.whole.count < 16, probe.peek() == ",", let group = probe.group() {
            number.whole += group
            number.isGrouped = true
        }
        if number.isGrouped, first.count > 3 { return nil }
        if probe.peek() == ".", probe.peek(1)?.isASCIIDigit == true {
            probe.position += 1
            guard let decimals = probe.digits(1...15) else { return nil }
            number.decimals = decimals
        }
        self = probe
        return number
    }

    /// ",567", if no further digit follows.
    private mutating func group() -> String? {
        var probe = self
        guard probe.take(","), let digits = probe.digits(3...3) else { return nil }
        self = probe
        return digits
    }

    /// Takes blanks, at most one.
    mutating func blank() { if peek() == " " || peek() == "\u{A0}" || peek() == "\u{202F}" { position += 1 } }

    /// Takes the letters that are here.
    mutating func letters() -> String {
        var end = position
        while end < line.count, line[end].isLetter { end += 1 }
        defer { position = end }
        return String(line[position..<end])
    }

    /// Whether no word or number goes on here: "5 km." ends, "5 kms" and "3.5.1" do not.
    var isAtEnd: Bool {
        guard let next = peek() else { return true }
        if next.isLetter || next.isNumber || next == "_" { return false }
        guard "-–/:.,@'".contains(next), let after = peek(1) else { return true }
        return !(after.isNumber || after.isLetter && next != "-" && next != "–" && next != "'")
    }
}

/// A number without sign, as it is written.
struct SpokenNumber: Equatable {
    /// Digits without separators.
    var whole: String
    /// Digits behind the point, if there is one.
    var decimals: String?
    /// Whether it has separators of thousands.
    var isGrouped = false

    init(whole: String) { self.whole = whole }

    /// As a phonemizer reads it well.
    var text: String { decimals.map { "\(whole).\($0)" } ?? whole }

    /// Whether the noun behind it stands in the singular.
    var isOne: Bool { decimals == nil && Int(whole) == 1 }
    var value: Int? { decimals == nil ? Int(whole) : nil }
}
