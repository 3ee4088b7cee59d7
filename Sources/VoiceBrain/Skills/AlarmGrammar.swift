/// Reads what is said about alarms.
enum AlarmGrammar {
    private static let setVerbs = [
        "set", "create", "make", "add", "give me", "set up", "put on", "have", "new", "schedule", "set me", "turn on",
        "start", "get me", "i need", "i want",
    ]
    private static let lists: Set<String> = [
        "what alarms do i have", "list my alarms", "list alarms", "show my alarms", "show alarms",
        "what alarms are set",
        "how many alarms do i have", "do i have any alarms", "are there any alarms", "what are my alarms",
        "which alarms do i have", "list all alarms", "list all my alarms", "show me my alarms", "read my alarms",
        "do i have an alarm", "do i have any alarms set", "do i have an alarm set", "tell me my alarms", "my alarms",
        "alarms", "which alarms are set", "is an alarm set", "how many alarms are set", "do i have an alarm tomorrow",
        "are any alarms set",
        "show all alarms",
    ]
    private static let reminderLists: Set<String> = [
        "what are my reminders", "list my reminders", "what reminders do i have", "do i have any reminders",
        "show my reminders", "read my reminders", "show me my reminders", "list reminders", "my reminders", "reminders",
    ]
    private static let nexts: Set<String> = [
        "when is my alarm", "when is my next alarm", "what is my next alarm", "when is the alarm",
        "what time is my alarm", "what time is my next alarm", "what time is my alarm set for",
        "when is the next alarm",
        "what time is the alarm", "when does my alarm go off", "what time does my alarm go off",
        "when is my alarm set for",
        "what time is my alarm set", "what is my alarm set for", "what time will you wake me", "when will you wake me",
        "when will you wake me up", "what time will you wake me up", "when is my next reminder",
        "when will my alarm go off", "what time is the alarm set for",
    ]
    private static let names = ["alarm", "alarm clock", "alarms", "reminder", "reminders", "alarm clocks"]

    static func intent(_ utterance: Utterance, _ now: Now) -> AlarmSkill.Intent? {
        if utterance.isOne(of: lists) { return .list(.alarm) }
        if utterance.isOne(of: reminderLists) { return .list(.reminder) }
        if utterance.isOne(of: nexts) { return .next }
        let scanner = utterance.scanner
        return wake(scanner, now) ?? cancel(scanner) ?? set(scanner, now)
    }

    private static func wake(_ scanner: WordScanner, _ now: Now) -> AlarmSkill.Intent? {
        var scanner = scanner
        guard scanner.takeOne(of: ["wake me up", "wake me", "get me up", "wake us up", "wake us"]) else { return nil }
        if scanner.containsAny(of: recurringWords) { return .recurring }
        if scanner.isAtEnd { return .set(SpokenMoment(), label: "", preference: .morning) }
        guard let moment = scanner.takeMoment(now), scanner.isAtEnd else { return nil }
        return .set(moment, label: "", preference: .morning)
    }

    static let recurringWords: Set<String> = [
        "every", "daily", "weekdays", "weekends", "mondays", "tuesdays", "wednesdays", "thursdays", "fridays",
        "saturdays", "sundays", "everyday",
    ]

    private static func set(_ scanner: WordScanner, _ now: Now) -> AlarmSkill.Intent? {
        var scanner = scanner
        let verb = scanner.takeOne(of: setVerbs)
        scanner.takeOne(of: ["a", "an", "the", "my", "another", "one more", "me an", "a new", "me a"])
        var moment: SpokenMoment?
        var probe = scanner
        // "a 7 a.m. alarm"
        if let early = probe.takeMoment(now), probe.startsWith("alarm") {
            moment = early
            scanner = probe
        }
        guard scanner.takeOne(of: ["alarm clock", "alarm"]) else { return nil }
        if scanner.containsAny(of: recurringWords) { return verb ? .recurring : nil }
        scanner.takeOne(of: ["to go off", "to ring", "going off", "set"])
        var label = ""
        while !scanner.isAtEnd {
            if moment == nil || moment?.time == nil, let more = scanner.takeMoment(now) {
                moment = (moment ?? SpokenMoment()).merged(with: more)
            } else if label.isEmpty, scanner.takeOne(of: ["called", "named", "labeled", "to", "for", "that says"]) {
                label = takeLabel(&scanner, now)
                if label.isEmpty { return nil }
            } else {
                return nil
            }
        }
        guard verb || moment != nil else { return nil }
        return .set(moment ?? SpokenMoment(), label: label, preference: .earliest)
    }

    /// The words up to a time or the end.
    static func takeLabel(_ scanner: inout WordScanner, _ now: Now) -> String {
        var label = scanner
        var rest = scanner
        while rest.next() != nil {
            var probe = rest
            // The moment has to end the sentence, or "call Anna on Friday about lunch" would be torn apart.
            if probe.takeMoment(now) != nil, probe.isAtEnd {
                label.end = rest.position
                break
            }
        }
        scanner.position = label.end
        return label.heard
    }

    private static func cancel(_ scanner: WordScanner) -> AlarmSkill.Intent? {
        var scanner = scanner
        guard scanner.takeOne(of: TimerGrammar.cancelVerbs) else { return nil }
        let noun: AlarmSkill.Noun = scanner.contains("reminder") || scanner.contains("reminders") ? .reminder : .alarm
        let all = ["all", "all my", "all the", "every", "", "my", "the", "all of my", "both", "all of the"]
        if all.contains(where: { scanner.rest == ($0.isEmpty ? "" : $0 + " ") + "\(noun)s" }) {
            return .cancel(.all, noun)
        }
        if scanner.rest == "every \(noun)" { return .cancel(.all, noun) }
        scanner.takeOne(of: ["the", "my", "that", "this"])
        if scanner.dropLastOne(of: names) { return selector(scanner).map { .cancel($0, noun) } }
        guard scanner.takeOne(of: names),
            scanner.takeOne(of: ["for", "at", "called", "to", "named", "set for", "about"])
        else { return nil }
        return selector(scanner).map { .cancel($0, noun) }
    }

    private static func selector(_ scanner: WordScanner) -> AlarmSelector? {
        var scanner = scanner
        scanner.takeOne(of: ["tomorrow", "tomorrow morning", "next"])
        if scanner.isAtEnd { return .any }
        if scanner.rest == "last" { return .position(-1) }
        var probe = scanner
        if let time = probe.takeTimeOfDay() {
            probe.takeOne(of: ["tomorrow", "today", "tomorrow morning"])
            if probe.isAtEnd { return .time(time) }
        }
        probe = scanner
        if let position = probe.takeOrdinal(), probe.isAtEnd { return .position(position) }
        return scanner.rest.split(separator: " ").count <= 6 ? .label(scanner.heard) : nil
    }
}

extension SpokenMoment {
    /// The parts of both, the earlier ones first.
    func merged(with other: SpokenMoment) -> SpokenMoment {
        SpokenMoment(
            time: time ?? other.time, day: day ?? other.day, part: part ?? other.part, delay: delay ?? other.delay)
    }
}
