/// "$3.50" is "3 dollars 50", "€20" is "20 euros".
enum MoneyReading {
    private struct Currency {
        var one: String
        var many: String
        var cent: String
        var cents: String
    }

    private static let currencies: [Character: Currency] = [
        "$": Currency(one: "dollar", many: "dollars", cent: "cent", cents: "cents"),
        "€": Currency(one: "euro", many: "euros", cent: "cent", cents: "cents"),
        "£": Currency(one: "pound", many: "pounds", cent: "penny", cents: "pence"),
    ]
    private static let scales: Set<String> = ["hundred", "thousand", "million", "billion", "trillion"]
    private static let letters: [String: String] = [
        "k": "thousand", "K": "thousand", "m": "million", "M": "million", "bn": "billion", "B": "billion",
    ]

    static func find(at index: Int, in line: [Character]) -> Reading? {
        var cursor = LineCursor(line, at: index)
        if let symbol = cursor.peek(), let currency = currencies[symbol] {
            cursor.position += 1
            guard let number = cursor.number() else { return nil }
            return leading(number, currency, cursor)
        }
        // "20 €", "20€".
        guard let number = cursor.number() else { return nil }
        cursor.blank()
        guard let symbol = cursor.peek(), let currency = currencies[symbol] else { return nil }
        cursor.position += 1
        guard cursor.isAtEnd else { return nil }
        return Reading(spoken: amount(number, currency), end: cursor.position)
    }

    private static func leading(_ number: SpokenNumber, _ currency: Currency, _ start: LineCursor) -> Reading? {
        var cursor = start
        // "$3-5", "$3 to $5" without a unit in between.
        if let dash = RangeReading.take(&cursor) {
            _ = cursor.peek().map { currencies[$0] != nil } == true ? cursor.take(oneOf: Set(currencies.keys)) : nil
            if let end = cursor.number(), cursor.isAtEnd {
                return Reading(spoken: "\(number.text)\(dash)\(amount(end, currency))", end: cursor.position)
            }
            cursor = start
        }
        let isTight = cursor.peek()?.isLetter == true
        cursor.blank()
        let word = cursor.letters()
        let scale = isTight ? letters[word] : scales.contains(word) ? word : nil
        if let scale, cursor.isAtEnd {
            return Reading(spoken: "\(number.text) \(scale) \(currency.many)", end: cursor.position)
        }
        guard start.isAtEnd else { return nil }
        return Reading(spoken: amount(number, currency), end: start.position)
    }

    private static func amount(_ number: SpokenNumber, _ currency: Currency) -> String {
        guard let decimals = number.decimals else {
            return "\(number.whole) \(number.isOne ? currency.one : currency.many)"
        }
        guard decimals.count == 2, let cents = Int(decimals) else { return "\(number.text) \(currency.many)" }
        let small = "\(cents) \(cents == 1 ? currency.cent : currency.cents)"
        let isOne = Int(number.whole) == 1
        let large = "\(number.whole) \(isOne ? currency.one : currency.many)"
        if cents == 0 { return large }
        return Int(number.whole) == 0 ? small : "\(large) and \(small)"
    }
}

/// The sign between the ends of a range.
enum RangeReading {
    /// Takes "-" or "–" that stands between two numbers.
    /// - Returns: " to ".
    static func take(_ cursor: inout LineCursor) -> String? {
        guard let next = cursor.peek(), next == "-" || next == "–" || next == "—" else { return nil }
        guard let after = cursor.peek(1), after.isASCIIDigit || after.isCurrencySymbol else { return nil }
        cursor.position += 1
        return " to "
    }
}
