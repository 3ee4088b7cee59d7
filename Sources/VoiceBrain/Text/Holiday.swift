/// A day of the year that has a name.
struct Holiday: Sendable {
    let name: String
    let phrases: [String]
    private let rule: Rule

    private enum Rule: Sendable {
        case fixed(month: Int, day: Int)
        /// The `count`-th weekday of a month, 0 is Sunday.
        case weekday(Int, count: Int, month: Int)
        /// Days after Easter Sunday.
        case easter(Int)
    }

    func date(in year: Int) -> CalendarDate? {
        switch rule {
        case .fixed(let month, let day):
            return CalendarDate(year: year, month: month, day: day)
        case .weekday(let weekday, let count, let month):
            guard let first = CalendarDate(year: year, month: month, day: 1) else { return nil }
            return first.adding(days: (weekday - first.weekday + 7) % 7 + (count - 1) * 7)
        case .easter(let days):
            return Self.easterSunday(year)?.adding(days: days)
        }
    }

    /// Gregorian computus (anonymous algorithm of 1876).
    private static func easterSunday(_ year: Int) -> CalendarDate? {
        guard (1583...9999).contains(year) else { return nil }
        let golden = year % 19
        let (century, ofCentury) = (year / 100, year % 100)
        let correction = (century - (century + 8) / 25 + 1) / 3
        let epact = (19 * golden + century - century / 4 - correction + 15) % 30
        let weekday = (32 + 2 * (century % 4) + 2 * (ofCentury / 4) - epact - ofCentury % 4) % 7
        let shift = (golden + 11 * epact + 22 * weekday) / 451
        let sum = epact + weekday - 7 * shift + 114
        return CalendarDate(year: year, month: sum / 31, day: sum % 31 + 1)
    }

    static let all: [Holiday] = [
        Holiday(name: "Christmas Eve", phrases: ["christmas eve"], rule: .fixed(month: 12, day: 24)),
        Holiday(
            name: "Christmas Day", phrases: ["christmas", "christmas day", "xmas"], rule: .fixed(month: 12, day: 25)),
        Holiday(name: "Boxing Day", phrases: ["boxing day"], rule: .fixed(month: 12, day: 26)),
        Holiday(
            name: "New Year's Eve", phrases: ["new year eve", "new years eve"], rule: .fixed(month: 12, day: 31)),
        Holiday(
            name: "New Year's Day",
            phrases: ["new year day", "new years day", "new year", "new years", "the new year"],
            rule: .fixed(month: 1, day: 1)),
        Holiday(
            name: "Valentine's Day", phrases: ["valentine day", "valentines day", "valentine", "valentines"],
            rule: .fixed(month: 2, day: 14)),
        Holiday(
            name: "Saint Patrick's Day", phrases: ["saint patrick day", "st patrick day", "saint patricks day"],
            rule: .fixed(month: 3, day: 17)),
        Holiday(
            name: "Independence Day", phrases: ["independence day", "the fourth of july", "fourth of july"],
            rule: .fixed(month: 7, day: 4)),
        Holiday(name: "Halloween", phrases: ["halloween"], rule: .fixed(month: 10, day: 31)),
        Holiday(
            name: "Thanksgiving", phrases: ["thanksgiving", "thanksgiving day"],
            rule: .weekday(4, count: 4, month: 11)),
        Holiday(name: "Labor Day", phrases: ["labor day"], rule: .weekday(1, count: 1, month: 9)),
        Holiday(name: "Mother's Day", phrases: ["mother day", "mothers day"], rule: .weekday(0, count: 2, month: 5)),
        Holiday(name: "Father's Day", phrases: ["father day", "fathers day"], rule: .weekday(0, count: 3, month: 6)),
        Holiday(name: "Good Friday", phrases: ["good friday"], rule: .easter(-2)),
        Holiday(name: "Easter Sunday", phrases: ["easter", "easter sunday"], rule: .easter(0)),
        Holiday(name: "Easter Monday", phrases: ["easter monday"], rule: .easter(1)),
    ]
}
