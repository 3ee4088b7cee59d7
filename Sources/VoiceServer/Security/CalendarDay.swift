import VoiceBrain

/// A day of the Gregorian calendar, UTC, for lists of keys.
public struct CalendarDay: Equatable, Sendable, CustomStringConvertible {
    private let date: CalendarDate?

    /// - Parameter days: whole days since 1970-01-01; what lies outside years 1…9999 is taken as the nearer end.
    public init(daysSince1970 days: Int) {
        date = CalendarDate(dayNumber: min(max(days, -719_162), 2_932_896))
    }

    /// Whole days since 1970-01-01.
    /// - Parameter seconds: since 1970-01-01; what is no number or too large is taken as the nearer bound.
    public static func number(of seconds: Double) -> Int {
        let days = (seconds / 86_400).rounded(.down)
        return days.isNaN ? 0 : Int(min(max(days, -1e15), 1e15))
    }

    /// As 2026-01-31.
    public var description: String {
        guard let date else { return "" }
        return "\(Self.padded(date.year, 4))-\(Self.padded(date.month, 2))-\(Self.padded(date.day, 2))"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
