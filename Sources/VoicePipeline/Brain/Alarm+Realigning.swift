extension Alarm {
    /// A clock that is set by more than so many seconds was wrong before, and not merely inexact.
    static let wrongClock = 86_400.0
    /// What a clock may be off before an alarm is written anew, seconds.
    public static let tolerance = 0.1

    /// The alarm as it would stand if the clock on the wall had been right when it was set.
    ///
    /// A machine without a battery for its clock starts in the past and is put right by the network later. What was set
    /// in between has due times that mean nothing; the monotonic clock tells what was meant. An alarm for a time of day
    /// keeps that time, on the first day on which it comes: which day the user meant when the machine believed in
    /// another year cannot be known.
    /// - Returns: nil when nothing changes.
    public func realigned(at now: ClockReading, calendar: any WallClock) -> Alarm? {
        guard let mark, !mark.boot.isEmpty, mark.boot == now.boot else { return nil }
        let shift = now.wall + (mark.due - now.uptime) - due
        var moved = self
        moved.created += shift
        switch basis {
        case .elapsed:
            guard abs(shift) > Self.tolerance else { return nil }
            moved.due += shift
        case .calendar:
            let wasJumpedOver = shift > Self.wrongClock && due <= now.wall && mark.due > now.uptime
            guard wasJumpedOver || shift < -Self.wrongClock else { return nil }
            moved.due = Self.next(sameTimeAs: due, after: max(moved.created, now.wall), calendar)
            moved.mark?.due = now.uptime + (moved.due - now.wall)
        }
        return moved
    }

    /// The first moment after `start` at which the local time of day is that of `moment`.
    private static func next(sameTimeAs moment: Double, after start: Double, _ calendar: any WallClock) -> Double {
        let time = calendar.local(moment)
        var day = calendar.local(start)
        (day.hour, day.minute, day.second) = (time.hour, time.minute, time.second)
        for _ in 0..<3 {
            let candidate = calendar.time(of: day)
            if candidate > start { return candidate }
            day.day += 1
        }
        return start + 86_400
    }
}
