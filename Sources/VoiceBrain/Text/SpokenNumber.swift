/// Numbers as they are said or written: "25", "1,000", "twenty-five", "a hundred and three", "two and a half".
extension WordScanner {
    /// Reads a number, never negative.
    mutating func takeNumber() -> Double? {
        var probe = self
        if probe.takeOne(of: ["a couple of", "a couple"]) {
            self = probe
            return 2
        }
        guard let value = probe.takeFraction() ?? probe.takeWholeOrLiteral(), value.isFinite else { return nil }
        self = probe
        return value
    }

    /// Reads a number that may have "minus" before it.
    mutating func takeSignedNumber() -> Double? {
        var probe = self
        let negative = probe.takeOne(of: ["minus", "negative", "-"])
        guard let value = probe.takeNumber() else { return nil }
        self = probe
        return negative ? -value : value
    }

    /// Reads "third", "21st", "thirty first".
    mutating func takeOrdinal() -> Int? {
        var probe = self
        guard let word = probe.next() else { return nil }
        if let value = NumberWords.ordinals[word] {
            self = probe
            return value
        }
        for ending in ["st", "nd", "rd", "th"] where word.hasSuffix(ending) {
            if let value = Int(word.dropLast(2)), value < 1000 {
                self = probe
                return value
            }
        }
        if let tens = NumberWords.tens[word], let last = probe.next(), let unit = NumberWords.ordinals[last], unit < 10
        {
            self = probe
            return Int(tens) + unit
        }
        return nil
    }

    /// A whole number below 100 in words or digits, read no further than one number goes: "seven fifteen" is 7.
    mutating func takeSmallNumber() -> Int? {
        var probe = self
        guard let word = probe.next() else { return nil }
        if let digits = Int(word) {
            guard (0..<100).contains(digits) else { return nil }
            self = probe
            return digits
        }
        if let unit = NumberWords.units[word] ?? NumberWords.teens[word] {
            self = probe
            return Int(unit)
        }
        guard let tens = NumberWords.tens[word] else { return nil }
        self = probe
        if let word = probe.next(), let unit = NumberWords.units[word], unit > 0 {
            self = probe
            return Int(tens + unit)
        }
        return Int(tens)
    }

    // MARK: - Parts

    private mutating func takeWholeOrLiteral() -> Double? {
        var probe = self
        guard var value = probe.takeWhole() else { return nil }
        if probe.peek == "point", let fraction = probe.takeDecimals() {
            value += fraction
            if let word = probe.peek, let scale = NumberWords.scales[word] {
                probe.next()
                value *= scale
            }
        }
        var mixed = probe
        if mixed.take("and"), let fraction = mixed.takeFraction(), value == value.rounded() {
            value += fraction
            probe = mixed
        } else if let fraction = probe.takeMixedDigits(after: value) {
            value += fraction
        }
        self = probe
        return value
    }

    /// "twelve hundred", "3.5 million", "two hundred and five thousand".
    private mutating func takeWhole() -> Double? {
        var total = 0.0
        var current: Double?
        var smallest = Double.infinity
        var last = Step.start
        var kept = self
        var probe = self
        while let word = probe.next() {
            if word == "and" {
                guard last == .hundred || last == .scale, kept.position < probe.position, probe.startsSmallNumber
                else { break }
                continue
            }
            guard let step = Self.step(word, after: last, article: probe.peek) else { break }
            switch step {
            case .value(let value, let kind):
                current = (current ?? 0) + value
                last = kind
            case .times(let scale):
                if scale == 100 || scale == 12 {
                    current = (current ?? 1) * scale
                    last = .hundred
                } else {
                    guard scale < smallest else {
                        self = kept
                        return total + (current ?? 0)
                    }
                    total += (current ?? 1) * scale
                    current = nil
                    smallest = scale
                    last = .scale
                }
            case .article:
                last = .article
                continue
            }
            kept = probe
        }
        guard last != .start, kept.position > position else { return nil }
        self = kept
        return total + (current ?? 0)
    }

    private var startsSmallNumber: Bool {
        guard let word = peek else { return false }
        return NumberWords.units[word] != nil || NumberWords.teens[word] != nil || NumberWords.tens[word] != nil
            || Int(word).map { $0 < 100 } == true
    }

    private enum Step { case start, unit, teen, ten, hundred, scale, literal, article }
    private enum Meaning {
        case value(Double, Step)
        case times(Double)
        case article
    }

    /// What one more word does to a number whose last part was `last`; nil when it does not belong to it.
    private static func step(_ word: String, after last: Step, article next: String?) -> Meaning? {
        let open = last == .start || last == .hundred || last == .scale
        if let literal = NumberWords.literal(word) { return open ? .value(literal, .literal) : nil }
        if let unit = NumberWords.units[word] { return open || last == .ten && unit > 0 ? .value(unit, .unit) : nil }
        if let teen = NumberWords.teens[word] { return open ? .value(teen, .teen) : nil }
        if let ten = NumberWords.tens[word] { return open ? .value(ten, .ten) : nil }
        if let scale = NumberWords.scales[word] {
            return last == .start || last == .hundred && scale <= 100 ? nil : .times(scale)
        }
        if last == .start, word == "a" || word == "an", let next, NumberWords.scales[next] != nil { return .article }
        return nil
    }

    /// The digits after "point".
    private mutating func takeDecimals() -> Double? {
        var probe = self
        guard probe.take("point") else { return nil }
        var digits = ""
        while let word = probe.peek, digits.count < 15 {
            if let unit = NumberWords.units[word] {
                digits += String(Int(unit))
            } else if Int(word) != nil, word.count <= 15 {
                digits += word
            } else if digits.isEmpty, let number = NumberWords.teens[word] ?? NumberWords.tens[word] {
                // "point twenty five", said as a number.
                probe.next()
                var whole = number
                if number >= 20, let unit = probe.peek.flatMap({ NumberWords.units[$0] }), unit > 0 {
                    whole += unit
                    probe.next()
                }
                digits = String(Int(whole))
                break
            } else {
                break
            }
            probe.next()
        }
        guard !digits.isEmpty, let value = Double("0." + digits) else { return nil }
        self = probe
        return value
    }

    /// "half", "a quarter", "three quarters", "point five", with a following "of a" or "a" swallowed before a unit.
    private mutating func takeFraction() -> Double? {
        var probe = self
        if let decimals = probe.takeDecimals() {
            self = probe
            return decimals
        }
        guard let word = probe.next() else { return nil }
        if let sign = NumberWords.signs[word] {
            self = probe
            return sign
        }
        if word == "a" || word == "an" || word == "one", let part = probe.peek.flatMap({ NumberWords.parts[$0] }) {
            probe.next()
            self = probe.afterArticle()
            return part
        }
        if word == "half" || word == "quarter" {
            self = probe.afterArticle()
            return NumberWords.parts[word]
        }
        if let count = NumberWords.units[word], let next = probe.next(), next.hasSuffix("s"),
            let part = NumberWords.parts[String(next.dropLast())], count > 0
        {
            self = probe.afterArticle()
            return count * part
        }
        return nil
    }

    private func afterArticle() -> WordScanner {
        var probe = self
        if probe.takeOne(of: ["of an", "of a", "an", "a"]) { return probe }
        return self
    }

    /// "1/2" after a whole number: "2 1/2 cups".
    private mutating func takeMixedDigits(after whole: Double) -> Double? {
        if let sign = peek.flatMap({ NumberWords.signs[$0] }) {
            next()
            return sign
        }
        guard let top = peek.flatMap({ Int($0) }), peek(1) == "/", let bottom = peek(2).flatMap({ Int($0) }),
            top > 0, bottom > top, bottom <= 64
        else { return nil }
        next()
        next()
        next()
        return Double(top) / Double(bottom)
    }
}
