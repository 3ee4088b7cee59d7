import VoicePipeline

/// Words for the ear: values written so that a synthesiser reads them as people say them.
package enum Spoken {
    /// A number with at most `decimals` digits after the point (0…6): "1,234.5", "minus 3".
    /// Above a thousand trillion it is rounded and spoken in words.
    package static func number(_ value: Double, decimals: Int = 6) -> String {
        guard value.isFinite else { return "a number too large to say" }
        let magnitude = abs(value)
        guard magnitude < 1e15 else { return (value < 0 ? "minus " : "") + large(magnitude) }
        // Digits beyond what a Double holds would be noise.
        var places = max(0, min(decimals, 6))
        if magnitude >= 1e9 { places = min(places, 2) }
        let scale = powersOfTen[places]
        let scaled = (magnitude * scale).rounded()
        guard scaled < 9e18 else { return large(magnitude) }
        let units = Int(scaled)
        let whole = units / Int(scale)
        var fraction = String(units % Int(scale))
        fraction = String(repeating: "0", count: max(0, places - fraction.count)) + fraction
        while fraction.hasSuffix("0") { fraction.removeLast() }
        let sign = value < 0 && units != 0 ? "minus " : ""
        return sign + grouped(whole) + (fraction.isEmpty || places == 0 ? "" : "." + fraction)
    }

    private static let powersOfTen: [Double] = [1, 10, 100, 1e3, 1e4, 1e5, 1e6]

    /// "1,234,567".
    private static func grouped(_ value: Int) -> String {
        var digits = String(value)
        guard digits.count > 4 else { return digits }
        var groups: [String] = []
        while digits.count > 3 {
            groups.append(String(digits.suffix(3)))
            digits.removeLast(3)
        }
        return ([digits] + groups.reversed()).joined(separator: ",")
    }

    private static func large(_ magnitude: Double) -> String {
        let names = ["quadrillion", "quintillion", "sextillion", "septillion", "octillion", "nonillion", "decillion"]
        var value = magnitude / 1e15
        for name in names {
            if value < 999.995 { return "about \(number(value, decimals: 2)) \(name)" }
            value /= 1000
        }
        var exponent = 36
        while value >= 9.995 {
            value /= 10
            exponent += 1
        }
        return "about \(number(value, decimals: 2)) times 10 to the power of \(exponent)"
    }

    /// "1st", "22nd".
    package static func ordinal(_ value: Int) -> String {
        let lastTwo = abs(value % 100)
        switch lastTwo % 10 {
        case 1 where lastTwo != 11: return "\(value)st"
        case 2 where lastTwo != 12: return "\(value)nd"
        case 3 where lastTwo != 13: return "\(value)rd"
        default: return "\(value)th"
        }
    }

    /// "1 minute", "2 minutes".
    package static func count(_ value: Int, _ singular: String, _ plural: String? = nil) -> String {
        value == 1 ? "1 \(singular)" : "\(value) \(plural ?? singular + "s")"
    }

    /// "1 hour and 30 minutes"; whole seconds, at least 0.
    package static func duration(_ seconds: Double) -> String {
        var left = Int(max(0, min(seconds, 1e12)).rounded())
        var parts: [String] = []
        for (unit, length) in [("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)] {
            if left >= length {
                parts.append(count(left / length, unit))
                left %= length
            }
        }
        return parts.isEmpty ? "0 seconds" : list(parts)
    }

    /// "milk, eggs, and bread".
    package static func list(_ items: [String], _ last: String = "and") -> String {
        switch items.count {
        case 0: ""
        case 1: items[0]
        case 2: "\(items[0]) \(last) \(items[1])"
        default: items.dropLast().joined(separator: ", ") + ", \(last) \(items[items.count - 1])"
        }
    }

    /// "7:15 p.m.", "7 oh 5 a.m.", "noon".
    package static func time(hour: Int, minute: Int) -> String {
        if minute == 0, hour == 0 { return "midnight" }
        if minute == 0, hour == 12 { return "noon" }
        let twelve = hour % 12 == 0 ? 12 : hour % 12
        let half = hour < 12 ? "a.m." : "p.m."
        switch minute {
        case 0: return "\(twelve) \(half)"
        case 1..<10: return "\(twelve) oh \(minute) \(half)"
        default: return "\(twelve):\(minute) \(half)"
        }
    }

    /// A sentence's end, unless the text ends one already ("7 p.m.").
    package static func sentence(_ text: String) -> String {
        if let last = text.last, ".!?".contains(last) { return text }
        return text + "."
    }

    /// First letter in upper case.
    package static func capitalized(_ text: String) -> String {
        text.prefix(1).uppercased() + text.dropFirst()
    }
}
