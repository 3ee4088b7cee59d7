/// Times of day as they are said: "08:05" is "8 oh 5", "7:00 AM" is "7 AM", "12:00" is "12 o'clock".
enum TimeReading {
    static func find(at index: Int, in line: [Character]) -> Reading? {
        var cursor = LineCursor(line, at: index)
        guard let start = time(&cursor) else { return nil }
        var spoken = start.spoken(isBeforeHalf: half(cursor) != nil)
        // "9:00-17:00", "9:00–5:30 p.m.".
        var probe = cursor
        if let dash = RangeReading.take(&probe), let end = time(&probe), probe.isAtEnd {
            let isBeforeHalf = half(probe) != nil
            spoken = start.spoken(isBeforeHalf: true) + dash + end.spoken(isBeforeHalf: isBeforeHalf)
            cursor = probe
        }
        guard cursor.isAtEnd else { return nil }
        return Reading(spoken: spoken, end: cursor.position)
    }

    private struct Time {
        var hour: Int
        var minute: Int
        var seconds: Int?

        func spoken(isBeforeHalf: Bool) -> String {
            let tail = seconds.map { " and \($0) second\($0 == 1 ? "" : "s")" } ?? ""
            if minute == 0 {
                if isBeforeHalf { return "\(hour)\(tail)" }
                // "19 hundred" is for soldiers.
                return (1...12).contains(hour)
                    ? "\(hour) o'clock\(tail)" : hour == 0 ? "midnight\(tail)" : "\(hour) hundred\(tail)"
            }
            return "\(hour) " + (minute < 10 ? "oh \(minute)" : "\(minute)") + tail
        }
    }

    private static func time(_ cursor: inout LineCursor) -> Time? {
        var probe = cursor
        guard let hour = probe.digits(1...2).flatMap({ Int($0) }), hour < 24, probe.take(":"),
            let minute = probe.digits(2...2).flatMap({ Int($0) }), minute < 60
        else { return nil }
        var time = Time(hour: hour, minute: minute)
        if probe.peek() == ":" {
            probe.position += 1
            guard let seconds = probe.digits(2...2).flatMap({ Int($0) }), seconds < 60 else { return nil }
            time.seconds = seconds
        }
        cursor = probe
        return time
    }

    /// "a.m." or "p.m." behind a time, or what else makes "o'clock" wrong.
    private static func half(_ cursor: LineCursor) -> String? {
        var cursor = cursor
        cursor.blank()
        let word = cursor.letters().lowercased()
        if ["am", "pm", "o", "noon", "midnight", "in", "hours", "hrs"].contains(word) { return word }
        return (word == "a" || word == "p") && cursor.peek() == "." ? word : nil
    }
}
