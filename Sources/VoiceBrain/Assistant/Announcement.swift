import VoicePipeline

/// The sentence that says a timer or an alarm is due.
package enum Announcement {
    /// - Parameter now: much later than `due` after a restart.
    package static func sentence(_ alarm: Alarm, now: ClockReading, clock: any WallClock) -> String {
        let late = -alarm.left(at: now)
        switch alarm.kind {
        case .timer:
            let name = Spoken.capitalized("your" + TimerSkill.name(alarm).dropFirst("the".count))
            return late < 120 ? "\(name) is done." : "\(name) went off \(ago(late))."
        case .alarm:
            let local = clock.local(alarm.due)
            let time = Spoken.time(hour: local.hour, minute: local.minute)
            if !alarm.label.isEmpty {
                let when = late < 120 ? "" : " This was for \(ago(late))."
                return Spoken.sentence("Reminder: \(alarm.label)") + when
            }
            return late < 120
                ? "It's \(time), and your alarm is ringing." : "Your alarm at \(time) rang \(ago(late))."
        }
    }

    private static func ago(_ seconds: Double) -> String {
        // Most likely the clock was wrong once.
        if seconds > 60 * 86_400 { return "a long time ago" }
        let minutes = (seconds / 60).rounded(.down) * 60
        return Spoken.duration(minutes >= 86_400 ? (minutes / 3600).rounded(.down) * 3600 : minutes) + " ago"
    }
}
