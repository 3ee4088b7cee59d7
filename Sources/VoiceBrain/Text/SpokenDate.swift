/// Days as they are said: "tomorrow", "in 10 days", "next Friday", "Christmas", "the 4th of July 2026".
extension WordScanner {
    /// A day that was named, and how to name it in an answer.
    struct NamedDay: Equatable {
        var date: CalendarDate
        /// "tomorrow", "Christmas Day"; nil when the date itself is its only name.
        var name: String?
    }

    mutating func takeDay(today: CalendarDate) -> NamedDay? {
        var probe = self
        probe.take("on")
        guard
            let day = probe.takeRelativeDay(today) ?? probe.takeOffsetDay(today) ?? probe.takeWeekday(today)
                ?? probe.takeHoliday(today) ?? probe.takeMonthDay(today)
        else { return nil }
        self = probe
        return day
    }

    private mutating func takeRelativeDay(_ today: CalendarDate) -> NamedDay? {
        let names: [(String, Int)] = [
            ("the day after tomorrow", 2), ("day after tomorrow", 2), ("the day before yesterday", -2),
            ("day before yesterday", -2), ("tomorrow", 1), ("yesterday", -1), ("today", 0), ("tonight", 0),
        ]
        for (name, days) in names where take(name) {
            guard let date = today.adding(days: days) else { return nil }
            let plain = name == "tonight" ? "today" : name
            return NamedDay(date: date, name: plain.hasPrefix("day ") ? "the " + plain : plain)
        }
        return nil
    }

    /// "in 10 days", "3 weeks from now", "two months ago".
    private mutating func takeOffsetDay(_ today: CalendarDate) -> NamedDay? {
        var probe = self
        let future = probe.take("in")
        let start = probe
        guard let count = probe.takeNumber() ?? (probe.takeOne(of: ["a", "an"]) ? 1 : nil), count >= 0,
            count < 1_000_000, count == count.rounded(), let unit = probe.next()
        else { return nil }
        let value = Int(count)
        var phrase = start
        phrase.end = probe.position
        let sign: Int
        if future {
            sign = 1
            probe.takeOne(of: ["time"])
        } else if probe.takeOne(of: ["from now", "from today", "from tomorrow"]) {
            sign = 1
        } else if probe.takeOne(of: ["ago"]) {
            sign = -1
        } else {
            return nil
        }
        let date: CalendarDate?
        switch unit {
        case "day", "days": date = today.adding(days: sign * value)
        case "week", "weeks": date = today.adding(days: sign * value * 7)
        case "month", "months": date = today.adding(months: sign * value)
        case "year", "years": date = today.adding(months: sign * value * 12)
        default: return nil
        }
        guard let date else { return nil }
        self = probe
        return NamedDay(date: date, name: sign > 0 ? "in \(phrase.rest)" : "\(phrase.rest) ago")
    }

    private mutating func takeWeekday(_ today: CalendarDate) -> NamedDay? {
        var probe = self
        let next = probe.takeOne(of: ["next"])
        let last = !next && probe.takeOne(of: ["last"])
        if !next, !last { probe.takeOne(of: ["this coming", "this", "coming", "the coming"]) }
        guard let word = probe.next(),
            let weekday = CalendarDate.weekdayNames.firstIndex(where: { $0.lowercased() == word })
        else { return nil }
        var days = weekday - today.weekday
        if last {
            if days >= 0 { days -= 7 }
        } else if days <= 0 {
            days += 7
        }
        // "Next Friday" said early in a week mostly means the one after this week's.
        if next, days < 7, weekday > today.weekday, today.weekday != 0 { days += 7 }
        guard let date = today.adding(days: days) else { return nil }
        self = probe
        let name = Spoken.capitalized(word)
        return NamedDay(date: date, name: next ? "next \(name)" : last ? "last \(name)" : name)
    }

    private mutating func takeHoliday(_ today: CalendarDate) -> NamedDay? {
        var probe = self
        for holiday in Holiday.all where probe.takeOne(of: holiday.phrases) {
            let year: Int
            if let said = probe.takeYearReference(today) {
                year = said
            } else if let date = holiday.date(in: today.year), date >= today {
                year = today.year
            } else {
                year = today.year + 1
            }
            guard let date = holiday.date(in: year) else { return nil }
            self = probe
            return NamedDay(date: date, name: holiday.name)
        }
        return nil
    }

    /// "March 4th", "the 4th of March 2026", "the 24th".
    private mutating func takeMonthDay(_ today: CalendarDate) -> NamedDay? {
        var probe = self
        let month: Int?
        let day: Int
        if let named = probe.takeMonth() {
            probe.take("the")
            guard let number = probe.takeOrdinal() ?? probe.takeSmallNumber() else { return nil }
            (month, day) = (named, number)
        } else {
            probe.take("the")
            guard let number = probe.takeOrdinal() else { return nil }
            day = number
            probe.take("of")
            month = probe.takeMonth()
        }
        let date: CalendarDate?
        if let month {
            if let year = probe.takeYearReference(today) {
                date = CalendarDate(year: year, month: month, day: day)
            } else {
                let years = today.year...min(today.year + 8, 9999)
                date = years.lazy.compactMap { CalendarDate(year: $0, month: month, day: day) }.first { $0 >= today }
            }
        } else {
            probe.takeOne(of: ["this month", "of this month"])
            let months = (0...2).lazy.compactMap { today.adding(months: $0) }
            date = months.compactMap { CalendarDate(year: $0.year, month: $0.month, day: day) }.first { $0 >= today }
        }
        guard let date else { return nil }
        self = probe
        return NamedDay(date: date, name: nil)
    }

    private mutating func takeMonth() -> Int? {
        var probe = self
        guard let word = probe.next(),
            let index = CalendarDate.monthNames.firstIndex(where: { $0.lowercased() == word })
        else { return nil }
        self = probe
        return index + 1
    }

    /// "2026", "in 2026", "this year", "next year", "last year", "nineteen ninety nine".
    private mutating func takeYearReference(_ today: CalendarDate) -> Int? {
        var probe = self
        probe.takeOne(of: ["in", "of"])
        if probe.takeOne(of: ["this year"]) {
            self = probe
            return today.year
        }
        if probe.takeOne(of: ["next year"]) {
            self = probe
            return today.year + 1
        }
        if probe.takeOne(of: ["last year"]) {
            self = probe
            return today.year - 1
        }
        var pair = probe
        if let century = pair.takeSmallNumber(), (10...30).contains(century), let rest = pair.takeSmallNumber(),
            rest >= 10
        {
            self = pair
            return century * 100 + rest
        }
        guard let number = probe.takeNumber(), (1000...9999).contains(number) else { return nil }
        self = probe
        return Int(number)
    }
}
