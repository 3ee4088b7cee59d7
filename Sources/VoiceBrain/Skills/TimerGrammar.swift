/// Reads what is said about timers.
enum TimerGrammar {
    private static let setVerbs = [
        "set", "start", "create", "make", "begin", "add", "give me", "run", "set up", "put on", "put", "have", "new",
        "do", "set me", "start me", "make me", "get", "set the", "need", "i need", "i want",
    ]
    static let cancelVerbs = [
        "cancel", "stop", "delete", "remove", "clear", "turn off", "kill", "end", "dismiss", "switch off", "turn of",
        "get rid of", "shut off", "drop", "forget", "erase", "disable",
    ]
    private static let lists: Set<String> = [
        "what timers do i have", "list my timers", "list timers", "show my timers", "show timers",
        "what timers are set",
        "what timers are running", "how many timers do i have", "do i have any timers", "are there any timers",
        "which timers are running", "read my timers", "what are my timers", "which timers do i have", "list all timers",
        "list all my timers", "show me my timers", "what timers are on", "tell me my timers", "do i have a timer",
        "show all timers", "my timers", "timers", "any timers", "are any timers running", "how many timers are running",
        "do i have any timers running", "do i have a timer set", "do i have any timers set", "is a timer running",
        "is there a timer running", "how many timers are set",
    ]
    private static let leftAll: Set<String> = [
        "how much time is left", "how much time is remaining", "how long is left", "how much time left", "time left",
        "how much longer", "how many minutes are left", "how much time do i have left", "how long left",
        "how much time do i have", "when will the timer go off", "when does the timer go off", "when is the timer done",
        "is the timer done", "is my timer done", "check the timer", "check my timer", "how is my timer doing",
        "timer status", "when does my timer end", "when does the timer end", "when is my timer done",
        "when will my timer go off", "how many minutes left", "how many seconds are left",
        "how many minutes do i have left",
        "what is left on the timer", "what is left on my timer", "how much time remains",
        "how long until the timer goes off",
        "how long until my timer goes off", "how long until the timer is done", "when is the timer up",
        "remaining time",
        "what is the remaining time", "when does my timer go off", "where is my timer at", "how long do i have",
        "how long do i have left", "what is the timer at",
    ]
    private static let leftStarts = [
        "how much time is left", "how much time is remaining", "how long is left", "how much time left",
        "how long left",
        "how much longer", "how many minutes are left", "how much time do i have left", "how long do i have left",
        "how many minutes left", "how much time remains", "time left", "what is left", "check", "how is",
        "when will", "when does", "when is", "is", "how many seconds are left", "how long until",
        "how much longer until", "how much time does", "how much longer does", "how long does",
    ]
    private static let leftEnds = [
        "timer", "timers", "timer go off", "timer end", "timer done", "timer ready", "timer finish", "timer doing",
        "timer goes off", "timer is done", "timer have left", "timer have", "timer finished", "timer up", "timer ring",
    ]

    static func intent(_ utterance: Utterance) -> TimerSkill.Intent? {
        if utterance.isOne(of: lists) { return .list }
        if utterance.isOne(of: leftAll) { return .left(.any) }
        let scanner = utterance.scanner
        if let misheard = misheard(scanner) { return misheard }
        guard scanner.contains("timer") || scanner.contains("timers") || scanner.contains("countdown") else {
            return nil
        }
        return cancel(scanner) ?? left(scanner) ?? set(scanner)
    }

    // MARK: - Cancel and left

    private static func cancel(_ scanner: WordScanner) -> TimerSkill.Intent? {
        var scanner = scanner
        guard scanner.takeOne(of: cancelVerbs) else { return nil }
        return selector(scanner).map { .cancel($0) }
    }

    private static func left(_ scanner: WordScanner) -> TimerSkill.Intent? {
        var scanner = scanner
        guard scanner.takeOne(of: leftStarts) else { return nil }
        scanner.takeOne(of: ["on", "for", "in", "of"])
        scanner.takeOne(of: ["left on"])
        guard scanner.dropLastOne(of: leftEnds) else { return nil }
        guard let selector = described(scanner), selector != .all else { return nil }
        return .left(selector)
    }

    /// "all timers", "the timer", "my pasta timer", "the timer for the eggs", "the 5 minute timer".
    private static func selector(_ scanner: WordScanner) -> AlarmSelector? {
        var scanner = scanner
        if [
            "all timers", "all my timers", "all the timers", "every timer", "timers", "my timers", "the timers",
            "all of my timers", "both timers", "all of the timers",
        ].contains(scanner.rest) {
            return .all
        }
        if let (before, after) = scanner.splitOrStart(at: ["timer for", "timer called", "timer named"]) {
            var before = before
            before.takeOne(of: ["the", "my", "a", "this"])
            guard before.isAtEnd else { return nil }
            return described(after)
        }
        guard scanner.dropLastOne(of: ["timer", "countdown"]) else { return nil }
        return described(scanner)
    }

    private static func described(_ scanner: WordScanner) -> AlarmSelector? {
        var scanner = scanner
        scanner.takeOne(of: ["the", "my", "that", "this", "a"])
        if scanner.isAtEnd { return .any }
        if scanner.rest == "last" { return .position(-1) }
        var probe = scanner
        if let position = probe.takeOrdinal(), probe.isAtEnd { return .position(position) }
        probe = scanner
        if let length = probe.takeDuration(), probe.isAtEnd { return .length(length) }
        let label = scanner.heard
        return label.split(separator: " ").count <= 4 ? .label(label) : nil
    }

    // MARK: - Set

    /// "Set a time for five minutes", which is how "timer" is often heard.
    private static func misheard(_ scanner: WordScanner) -> TimerSkill.Intent? {
        var scanner = scanner
        guard
            scanner.takeOne(of: [
                "set a time", "set the time", "set time", "start a time", "set a timing", "set a time or",
            ]),
            scanner.takeOne(of: ["for", "of", "four"]), let seconds = scanner.takeDuration(), scanner.isAtEnd
        else { return nil }
        return .set(seconds: seconds, label: "")
    }

    private static let notLabels: Set<String> = [
        "how", "what", "who", "why", "when", "where", "which", "is", "are", "was", "does", "did", "invented", "about",
        "works", "buy", "broken", "work", "shopping", "list", "note", "notes",
    ]

    private static func set(_ scanner: WordScanner) -> TimerSkill.Intent? {
        var scanner = scanner
        let verb = scanner.takeOne(of: setVerbs)
        guard let (before, after) = scanner.splitOrStart(at: ["timer", "countdown timer", "countdown"]) else {
            return nil
        }
        var front = before
        // "The five minute timer" names one that runs.
        if !verb, front.startsWith("the") || front.startsWith("my") { return nil }
        front.takeOne(of: ["a", "an", "the", "another", "me a", "one", "my", "new", "a new", "one more", "me another"])
        if front.contains("timers") { return nil }
        var seconds = front.takeDuration()
        front.takeOne(of: ["long"])
        var label = front.heard
        guard front.rest.split(separator: " ").count <= 3, !front.containsAny(of: notLabels) else { return nil }

        var back = after
        while !back.isAtEnd {
            let start = back.position
            if seconds == nil {
                var probe = back
                probe.takeOne(of: ["for", "of", "to", "with", "lasting", "in", "at", "on"])
                probe.takeOne(of: ["another"])
                if let length = probe.takeDuration() {
                    seconds = length
                    back = probe
                    continue
                }
            }
            guard label.isEmpty, let said = takeLabel(&back) else { return nil }
            label = said
            if back.position == start { return nil }
        }
        guard verb || seconds != nil else { return nil }
        return .set(seconds: seconds, label: label)
    }

    /// "called pasta", "for the eggs", up to a length or the end.
    private static func takeLabel(_ scanner: inout WordScanner) -> String? {
        guard
            scanner.takeOne(of: ["called", "named", "labeled", "labelled", "for", "to", "with the name", "with name"])
        else { return nil }
        scanner.takeOne(of: ["the", "my"])
        var label = scanner
        var rest = scanner
        while rest.next() != nil {
            var probe = rest
            if probe.takeOne(of: ["for", "of", "to", "lasting", "with", "in"]), probe.takeDuration() != nil {
                label.end = rest.position
                break
            }
        }
        guard !label.isAtEnd, !label.containsAny(of: notLabels), label.rest.split(separator: " ").count <= 8
        else { return nil }
        scanner.position = label.end
        return label.heard
    }
}

extension WordScanner {
    /// Like `split(at:)`, but the phrase may also come first; the longest phrase at the first place wins.
    func splitOrStart(at phrases: [String]) -> (before: WordScanner, after: WordScanner)? {
        var after = self
        if after.takeOne(of: phrases) {
            var before = self
            before.end = before.position
            return (before, after)
        }
        return split(at: phrases)
    }
}
