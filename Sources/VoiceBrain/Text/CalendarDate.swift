import VoicePipeline

/// A day of the Gregorian calendar, years 1…9999.
package struct CalendarDate: Equatable, Sendable, Comparable {
    package let year: Int
    /// 1…12
    package let month: Int
    /// 1…31
    package let day: Int

    /// - Returns: nil when the calendar has no such day.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= CalendarDate.days(inMonth: month, of: year)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// For days known to exist.
    init(unchecked year: Int, _ month: Int, _ day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// The day that is `number` days after 1970-01-01; nil outside years 1…9999.
    package init?(dayNumber number: Int) {
        guard (-719_162...2_932_896).contains(number) else { return nil }
        // Counted in years that begin in March, so that the leap day is a year's last.
        let shifted = number + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01.
    package var dayNumber: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear / 400
        let yearOfEra = shiftedYear % 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// 0 is Sunday.
    package var weekday: Int {
        let remainder = (dayNumber + 4) % 7
        return remainder < 0 ? remainder + 7 : remainder
    }

    /// - Returns: nil outside years 1…9999.
    package func adding(days: Int) -> CalendarDate? {
        guard abs(days) < 4_000_000 else { return nil }
        return CalendarDate(dayNumber: dayNumber + days)
    }

    /// The same day some months on; the last day of a month that is too short.
    package func adding(months: Int) -> CalendarDate? {
        guard abs(months) < 200_000 else { return nil }
        let index = year * 12 + month - 1 + months
        guard index >= 12 else { return nil }
        let (newYear, newMonth) = (index / 12, index % 12 + 1)
        return CalendarDate(
            year: newYear, month: newMonth, day: min(day, CalendarDate.days(inMonth: newMonth, of: newYear)))
    }

    package static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    package static func < (a: CalendarDate, b: CalendarDate) -> Bool {
        a.dayNumber < b.dayNumber
    }

    static let monthNames = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    static let weekdayNames = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

    /// "Tuesday".
    package var weekdayName: String { Self.weekdayNames[weekday] }
    /// "March 4th".
    package var monthAndDay: String { "\(Self.monthNames[month - 1]) \(Spoken.ordinal(day))" }
}

extension LocalTime {
    /// The day of this reading.
    var date: CalendarDate? { CalendarDate(year: year, month: month, day: day) }
}
