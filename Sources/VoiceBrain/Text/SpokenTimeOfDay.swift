/// A time of day as it was said; without "a.m." or "p.m." it may mean either half of the day.
struct TimeOfDay: Equatable, Sendable {
    /// 0…23; 1…12 while `isAmbiguous`.
    var hour: Int
    /// 0…59
    var minute: Int
    /// Said without a word for the half of the day.
    var isAmbiguous: Bool
}

/// "7", "7:15", "seven fifteen p.m.", "quarter past seven", "ten to six in the morning", "noon", "19:30".
extension WordScanner {
    mutating func takeTimeOfDay() -> TimeOfDay? {
        var probe = self
        if probe.takeOne(of: ["noon", "midday", "12 noon", "twelve noon"]) {
            self = probe
            return TimeOfDay(hour: 12, minute: 0, isAmbiguous: false)
        }
        if probe.takeOne(of: ["midnight", "12 midnight", "twelve midnight"]) {
            self = probe
            return TimeOfDay(hour: 0, minute: 0, isAmbiguous: false)
        }
        guard let clock = probe.takeClockReading() else { return nil }
        probe.takeOne(of: ["oclock"])
        guard let time = Self.resolved(clock, probe.takeHalfOfDay()) else { return nil }
        self = probe
        return time
    }

    private enum HalfOfDay { case morning, afternoon, night }

    private mutating func takeHalfOfDay() -> HalfOfDay? {
        // "This evening" and "tonight" name a day too, and are left for it.
        if takeOne(of: ["am", "a m", "in the morning"]) { return .morning }
        if takeOne(of: ["pm", "p m", "in the afternoon", "in the evening"]) { return .afternoon }
        if takeOne(of: ["at night"]) { return .night }
        return nil
    }

    private static func resolved(_ clock: (hour: Int, minute: Int), _ half: HalfOfDay?) -> TimeOfDay? {
        guard (0...23).contains(clock.hour), (0...59).contains(clock.minute) else { return nil }
        let exact = clock.hour == 0 || clock.hour > 12
        var hour = clock.hour
        switch half {
        case .morning:
            guard hour <= 12 else { return nil }
            if hour == 12 { hour = 0 }
        case .afternoon:
            if hour < 12, hour > 0 { hour += 12 }
        case .night:
            if hour == 12 { hour = 0 } else if (5..<12).contains(hour) { hour += 12 }
        case nil:
            return TimeOfDay(hour: hour, minute: clock.minute, isAmbiguous: !exact)
        }
        return TimeOfDay(hour: hour, minute: clock.minute, isAmbiguous: false)
    }

    private mutating func takeClockReading() -> (hour: Int, minute: Int)? {
        if let relative = takeRelativeReading() { return relative }
        var probe = self
        guard let word = probe.peek else { return nil }
        for separator in [":", "."] as [Character] where word.contains(separator) {
            let parts = word.split(separator: separator, omittingEmptySubsequences: false)
            guard parts.count == 2, parts[1].count == 2, let hour = Int(parts[0]), let minute = Int(parts[1])
            else { return nil }
            probe.next()
            self = probe
            return (hour, minute)
        }
        if word.count == 4 || word.count == 3, let digits = Int(word) {
            // "0730" and "730", as recognisers write them.
            probe.next()
            self = probe
            return (digits / 100, digits % 100)
        }
        guard let hour = probe.takeSmallNumber() else { return nil }
        self = probe
        if probe.take("oh"), let minute = probe.takeSmallNumber(), minute < 10 {
            self = probe
            return (hour, minute)
        }
        probe = self
        if let minute = probe.takeSmallNumber(), minute >= 10 {
            self = probe
            return (hour, minute)
        }
        return (hour, 0)
    }

    /// "half past seven", "a quarter to eight", "twenty minutes after six".
    private mutating func takeRelativeReading() -> (hour: Int, minute: Int)? {
        var probe = self
        let minutes: Int
        if probe.takeOne(of: ["half"]) {
            minutes = 30
        } else if probe.takeOne(of: ["a quarter", "quarter"]) {
            minutes = 15
        } else if let number = probe.takeSmallNumber(), (1..<60).contains(number) {
            minutes = number
            probe.takeOne(of: ["minutes", "minute"])
        } else {
            return nil
        }
        let after: Bool
        if probe.takeOne(of: ["past", "after"]) {
            after = true
        } else if probe.takeOne(of: ["to", "till", "before", "of"]) {
            after = false
        } else {
            return nil
        }
        guard let hour = probe.takeSmallNumber(), (1...23).contains(hour) else { return nil }
        self = probe
        if after { return (hour, minutes) }
        return (hour == 1 ? 12 : hour - 1, 60 - minutes)
    }
}
