import VoicePipeline

/// The tools a model is offered: what it cannot do by itself, because it needs a memory, a clock or exact sums.
enum SkillTools {
    static func all(_ context: @escaping @Sendable (_ session: String) -> SkillContext) -> [SkillTool] {
        [timers(context), alarms(context), notes(context), shopping(context), calculate(context), convert(context)]
    }

    /// The answer when a call lacks something.
    private static func missing(_ what: String) -> String { "The call lacks \(what)." }

    private static func timers(_ context: @escaping @Sendable (String) -> SkillContext) -> SkillTool {
        SkillTool(
            "timers", "Set, list or cancel countdown timers.",
            parameters: schema(
                #""action":{"type":"string","enum":["set","list","cancel","cancel_all"]},"#
                    + #""seconds":{"type":"number","description":"length, for set"},"#
                    + #""label":{"type":"string","description":"what the user calls it"}"#), context: context
        ) { arguments, context throws(StorageError) in
            let label = arguments["label"]?.text ?? ""
            let intent: TimerSkill.Intent
            switch arguments["action"]?.text {
            case "set":
                guard let seconds = arguments["seconds"]?.number, seconds.isFinite else { return missing("seconds") }
                intent = .set(seconds: seconds, label: label)
            case "list": intent = .list
            case "cancel": intent = .cancel(label.isEmpty ? .any : .label(label))
            case "cancel_all": intent = .cancel(.all)
            default: return missing("an action: set, list, cancel or cancel_all")
            }
            return try await TimerSkill().perform(intent, in: context)
        }
    }

    private static func alarms(_ context: @escaping @Sendable (String) -> SkillContext) -> SkillTool {
        SkillTool(
            "alarms", "Set, list or cancel alarms and reminders at a local date and time.",
            parameters: schema(
                #""action":{"type":"string","enum":["set","list","cancel","cancel_all"]},"#
                    + #""at":{"type":"string","description":"local time as YYYY-MM-DDTHH:MM, for set"},"#
                    + #""label":{"type":"string","description":"what to remind of; empty for an alarm"}"#),
            context: context
        ) { arguments, context throws(StorageError) in
            let label = arguments["label"]?.text ?? ""
            switch arguments["action"]?.text {
            case "set":
                guard let local = LocalTime(iso: arguments["at"]?.text ?? "") else {
                    return missing("a time “at” as YYYY-MM-DDTHH:MM")
                }
                var moment = SpokenMoment()
                moment.day = local.date
                moment.time = TimeOfDay(hour: local.hour, minute: local.minute, isAmbiguous: false)
                return try await AlarmSkill().perform(.set(moment, label: label, preference: .earliest), in: context)
            case "list": return try await AlarmSkill().perform(.list(.alarm), in: context)
            case "cancel":
                return try await AlarmSkill().perform(
                    .cancel(label.isEmpty ? .any : .label(label), .alarm), in: context)
            case "cancel_all": return try await AlarmSkill().perform(.cancel(.all, .alarm), in: context)
            default: return missing("an action: set, list, cancel or cancel_all")
            }
        }
    }

    private static func notes(_ context: @escaping @Sendable (String) -> SkillContext) -> SkillTool {
        SkillTool(
            "notes", "Keep, read or delete the user's notes.",
            parameters: schema(
                #""action":{"type":"string","enum":["add","read","delete","delete_all"]},"#
                    + #""text":{"type":"string","description":"the note, for add and delete"}"#), context: context
        ) { arguments, context throws(StorageError) in
            let text = arguments["text"]?.text ?? ""
            switch arguments["action"]?.text {
            case "add": return text.isEmpty ? missing("text") : try await NotesSkill().perform(.add(text), in: context)
            case "read": return try await NotesSkill().perform(.read, in: context)
            case "delete":
                return text.isEmpty
                    ? missing("text") : try await NotesSkill().perform(.deleteMatching(text), in: context)
            case "delete_all": return try await NotesSkill().perform(.deleteAll, in: context)
            default: return missing("an action: add, read, delete or delete_all")
            }
        }
    }

    private static func shopping(_ context: @escaping @Sendable (String) -> SkillContext) -> SkillTool {
        SkillTool(
            "shopping_list", "Add to, read, remove from or clear the user's shopping list.",
            parameters: schema(
                #""action":{"type":"string","enum":["add","read","remove","clear"]},"#
                    + #""items":{"type":"array","items":{"type":"string"}}"#), context: context
        ) { arguments, context throws(StorageError) in
            let items = Array((arguments["items"]?.texts ?? []).filter { !$0.isEmpty }.prefix(50))
            switch arguments["action"]?.text {
            case "add":
                return items.isEmpty ? missing("items") : try await ShoppingSkill().perform(.add(items), in: context)
            case "remove":
                return items.isEmpty ? missing("items") : try await ShoppingSkill().perform(.remove(items), in: context)
            case "read": return try await ShoppingSkill().perform(.read, in: context)
            case "clear": return try await ShoppingSkill().perform(.clear, in: context)
            default: return missing("an action: add, read, remove or clear")
            }
        }
    }

    private static func calculate(_ context: @escaping @Sendable (String) -> SkillContext) -> SkillTool {
        SkillTool(
            "calculate", "Work out a sum exactly.",
            parameters: schema(#""expression":{"type":"string","description":"such as (2+3)*4 or 15% of 80"}"#),
            hasEffects: false, context: context
        ) { arguments, context throws(StorageError) in
            let utterance = Utterance(arguments["expression"]?.text ?? "")
            guard let match = ArithmeticSkill().matches(utterance, at: context.now) else {
                return "That is not a sum I can read. Use numbers, + - * / ^ %, parentheses and square root of."
            }
            return ArithmeticSkill.answer(match.intent.expression)
        }
    }

    private static func convert(_ context: @escaping @Sendable (String) -> SkillContext) -> SkillTool {
        SkillTool(
            "convert_units", "Convert between units of length, mass, volume, temperature, speed, time, area or data.",
            parameters: schema(
                #""value":{"type":"number"},"from":{"type":"string"},"to":{"type":"string"}"#),
            hasEffects: false, context: context
        ) { arguments, context throws(StorageError) in
            guard let value = arguments["value"]?.text, let from = arguments["from"]?.text,
                let to = arguments["to"]?.text
            else { return missing("value, from or to") }
            guard let match = ConversionSkill().matches(Utterance("convert \(value) \(from) to \(to)"), at: context.now)
            else { return "I do not know one of these units: \(from), \(to)." }
            return ConversionSkill.answer(match.intent)
        }
    }

    private static func schema(_ properties: String) -> String {
        #"{"type":"object","properties":{"# + properties + "}}"
    }
}

extension LocalTime {
    /// Reads `2026-03-04T19:15`, with or without seconds; nil for what no calendar has.
    init?(iso text: String) {
        let parts = text.split { !$0.isASCIIDigit }.map { Int($0) }
        guard parts.count >= 5, let year = parts[0], let month = parts[1], let day = parts[2], let hour = parts[3],
            let minute = parts[4], CalendarDate(year: year, month: month, day: day) != nil, (0...23).contains(hour),
            (0...59).contains(minute)
        else { return nil }
        self.init(year: year, month: month, day: day, hour: hour, minute: minute)
    }
}
