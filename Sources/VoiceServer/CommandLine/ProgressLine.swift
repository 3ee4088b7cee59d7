/// One line that shows on a terminal how far a recording is done.
///
///     interview.mp3  ━━━━━━━━━━━━────────────  1:02 of 2:04  18.4x
public struct ProgressLine: Equatable, Sendable {
    /// What is worked on.
    public var name: String
    /// Seconds of the recording that are done.
    public var done: Double
    /// Seconds in all; nil where nobody knows.
    public var total: Double?
    /// Seconds that the work has taken so far.
    public var elapsed: Double

    public init(name: String, done: Double = 0, total: Double?, elapsed: Double = 0) {
        self.name = name
        self.done = done
        self.total = total
        self.elapsed = elapsed
    }

    private static let longestBar = 24

    /// - Parameter columns: of the terminal; the line keeps to them.
    public func text(columns: Int) -> String {
        let columns = max(1, columns)
        var figures = "  \(Self.clock(done))"
        if let total { figures += " of \(Self.clock(max(total, done)))" }
        if elapsed > 0, done > 0 {
            let tenths = Int(min(done / elapsed, 99_999) * 10)
            figures += "  \(tenths / 10).\(tenths % 10)x"
        }
        let name = Self.printable(self.name)
        let room = columns - figures.count
        guard room > 3 else { return String(figures.drop { $0 == " " }.prefix(columns)) }
        let shown = name.count > room ? String(name.prefix(room - 1)) + "…" : name
        guard let total, total > 0 else { return shown + figures }
        let length = min(Self.longestBar, room - shown.count - 2)
        guard length >= 4 else { return shown + figures }
        let share = done / total
        let filled = share >= 1 ? length : share > 0 ? Int(share * Double(length)) : 0
        return shown + "  " + String(repeating: "━", count: filled) + String(repeating: "─", count: length - filled)
            + figures
    }

    /// Minutes and seconds, with hours where there are any.
    private static func clock(_ seconds: Double) -> String {
        let seconds = seconds.isFinite ? Int(min(max(0, seconds), 1e9)) : 0
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
        return (hours > 0 ? "\(hours):\(minutes < 10 ? "0" : "")" : "")
            + "\(minutes):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)"
    }

    /// A file's name can hold anything, also what would steer the terminal.
    private static func printable(_ text: String) -> String {
        String(text.map { $0.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F ~= $0.value) } ? $0 : "?" })
    }
}
