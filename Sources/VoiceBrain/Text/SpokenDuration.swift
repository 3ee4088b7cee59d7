/// Lengths of time as they are said: "5 minutes", "an hour and a half", "half an hour", "1 hour 30", "90-second".
extension WordScanner {
    /// Reads a length of time.
    /// - Returns: seconds, 0 or more.
    mutating func takeDuration() -> Double? {
        var probe = self
        guard var total = probe.takeDurationPart() else { return nil }
        self = probe
        var unit = total.unit
        while true {
            probe.takeOne(of: ["and"])
            if let fraction = probe.takeTrailingFraction() {
                total.seconds += fraction * unit
            } else if let more = probe.takeDurationPart(), more.unit < unit {
                total.seconds += more.seconds
                unit = more.unit
            } else if let bare = probe.takeBareMinutes(after: unit) {
                total.seconds += bare
                unit = 1
            } else {
                break
            }
            self = probe
        }
        return total.seconds
    }

    /// One count and its unit.
    private mutating func takeDurationPart() -> (seconds: Double, unit: Double)? {
        var probe = self
        let count: Double
        if let number = probe.takeNumber() {
            count = number
        } else if probe.takeOne(of: ["a", "an", "another"]) {
            count = 1
        } else if let word = probe.peek, word == "hour" || word == "minute" {
            count = 1
        } else {
            return nil
        }
        probe.takeOne(of: ["more", "of an", "of a"])
        guard let word = probe.next(), let unit = Self.durationUnits[word] else { return nil }
        self = probe
        return (count * unit, unit)
    }

    /// "and a half" after a unit.
    private mutating func takeTrailingFraction() -> Double? {
        if takeOne(of: ["a half", "half"]) { return 0.5 }
        if takeOne(of: ["a quarter", "quarter"]) { return 0.25 }
        if takeOne(of: ["three quarters"]) { return 0.75 }
        return nil
    }

    /// "one hour thirty": a number without a unit after hours or minutes counts the next smaller unit.
    private mutating func takeBareMinutes(after unit: Double) -> Double? {
        guard unit == 3600 || unit == 60 else { return nil }
        var probe = self
        guard let number = probe.takeSmallNumber(), (1..<60).contains(number), probe.isAtEnd else { return nil }
        self = probe
        return Double(number) * unit / 60
    }

    private static let durationUnits: [String: Double] = [
        "second": 1, "seconds": 1, "sec": 1, "secs": 1, "s": 1,
        "minute": 60, "minutes": 60, "min": 60, "mins": 60, "minuets": 60, "m": 60,
        "hour": 3600, "hours": 3600, "hr": 3600, "hrs": 3600, "h": 3600,
        "day": 86400, "days": 86400, "week": 604_800, "weeks": 604_800,
    ]
}
