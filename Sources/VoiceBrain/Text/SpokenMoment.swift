import VoicePipeline

/// When something is to happen, as it was said: "at 7 tomorrow morning", "in 20 minutes", "on Friday at noon".
struct SpokenMoment: Equatable, Sendable {
    enum PartOfDay: Sendable { case morning, afternoon, evening, night }

    var time: TimeOfDay?
    /// Days from today; nil when no day was named.
    var day: CalendarDate?
    var part: PartOfDay?
    /// Seconds from now.
    var delay: Double?

    var isEmpty: Bool { time == nil && day == nil && part == nil && delay == nil }

    enum Resolution: Equatable {
        case due(Double)
        case needsTime
        case past
    }

    /// What a bare "seven" means.
    enum Preference: Sendable {
        /// Whichever seven comes first.
        case earliest
        /// The morning, as for waking up.
        case morning
        /// Not while people sleep, as for a reminder.
        case daytime
    }

    func resolved(_ now: Now, _ clock: any WallClock, _ preference: Preference) -> Resolution {
        if let delay { return .due(now.seconds + delay) }
        guard let time else {
            guard let usual = usualTime(preference) else { return .needsTime }
            let moment = SpokenMoment(time: usual, day: day, part: part)
            let resolution = moment.resolved(now, clock, preference)
            return resolution == .past ? .needsTime : resolution
        }
        let hours = possibleHours(time, now, preference)
        let days = day.map { [$0] } ?? [now.today, now.today.adding(days: 1)].compactMap { $0 }
        let moments = days.flatMap { date in
            hours.map { hour in
                clock.time(
                    of: LocalTime(year: date.year, month: date.month, day: date.day, hour: hour, minute: time.minute))
            }
        }
        guard let first = moments.filter({ $0 > now.seconds }).min() else { return .past }
        return .due(first)
    }

    /// When a reminder comes for which only a day, or a part of it, was said.
    private func usualTime(_ preference: Preference) -> TimeOfDay? {
        guard preference == .daytime, day != nil || part != nil else { return nil }
        let hour =
            switch part {
            case .morning, nil: 9
            case .afternoon: 15
            case .evening: 19
            case .night: 20
            }
        return TimeOfDay(hour: hour, minute: 0, isAmbiguous: false)
    }

    /// The hours that the words leave open; 24 and more are the early hours of the next day.
    private func possibleHours(_ time: TimeOfDay, _ now: Now, _ preference: Preference) -> [Int] {
        // "Midnight today" and "two tonight" are over when the day begins.
        let isTonight = day == now.today && (part == .night || time.hour == 0)
        guard time.isAmbiguous else { return isTonight && time.hour < 5 ? [time.hour + 24] : [time.hour] }
        let morning = time.hour % 12
        switch part {
        case .morning: return [morning]
        case .afternoon, .evening: return [morning + 12]
        case .night: return [morning >= 5 ? morning + 12 : isTonight ? morning + 24 : morning]
        case nil: break
        }
        switch preference {
        case .morning: return [time.hour == 12 ? 12 : morning]
        case .earliest: return day == nil || day == now.today ? [morning, morning + 12] : [morning]
        case .daytime:
            if let day, day != now.today { return [morning < 7 ? morning + 12 : morning] }
            return morning < 6 ? [morning + 12] : [morning, morning + 12]
        }
    }
}

extension WordScanner {
    /// Reads times, days and lengths in any order, each at most once.
    /// - Returns: nil when none comes next.
    mutating func takeMoment(_ now: Now) -> SpokenMoment? {
        var moment = SpokenMoment()
        var probe = self
        while !probe.isAtEnd {
            if moment.day == nil, let day = probe.takeDayWithPreposition(now.today) {
                moment.day = day.date
                if probe.wasTonight { moment.part = .night }
            } else if moment.part == nil, let part = probe.takePartOfDay() {
                moment.part = part
                if moment.day == nil, probe.wasThis { moment.day = now.today }
            } else if moment.delay == nil, let delay = probe.takeDelay() {
                moment.delay = delay
            } else if moment.time == nil, let time = probe.takeTimeOfDayWithPreposition() {
                moment.time = time
            } else {
                break
            }
            self = probe
        }
        return moment.isEmpty ? nil : moment
    }

    private mutating func takePartOfDay() -> SpokenMoment.PartOfDay? {
        if takeOne(of: ["in the morning", "morning", "this morning"]) { return .morning }
        if takeOne(of: ["in the afternoon", "afternoon", "this afternoon"]) { return .afternoon }
        if takeOne(of: ["in the evening", "evening", "this evening"]) { return .evening }
        if takeOne(of: ["at night", "night", "tonight"]) { return .night }
        return nil
    }

    private mutating func takeDayWithPreposition(_ today: CalendarDate) -> NamedDay? {
        var probe = self
        probe.takeOne(of: ["for", "at", "by"])
        guard let day = probe.takeDay(today: today) else { return nil }
        self = probe
        return day
    }

    private var wasTonight: Bool { position >= 1 && words[position - 1].text == "tonight" }

    /// Whether the part of the day just read was today's ("this evening").
    private var wasThis: Bool { position >= 2 && words[position - 2].text == "this" }

    /// "in 20 minutes", "20 minutes from now", "for 20 minutes".
    private mutating func takeDelay() -> Double? {
        var probe = self
        let preposition = probe.takeOne(of: ["in", "for", "after"])
        guard let seconds = probe.takeDuration() else { return nil }
        let suffix = probe.takeOne(of: ["from now", "time"])
        guard preposition || suffix else { return nil }
        self = probe
        return seconds
    }

    private mutating func takeTimeOfDayWithPreposition() -> TimeOfDay? {
        var probe = self
        probe.takeOne(of: ["at", "for", "by", "around", "about", "to", "at about"])
        guard let time = probe.takeTimeOfDay() else { return nil }
        self = probe
        return time
    }
}
