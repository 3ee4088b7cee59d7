import VoicePipeline

/// "How many kilometers is ten miles?"
struct ConversionSkill: Skill {
    struct Intent: Equatable, Sendable {
        var quantity: Quantity
        var target: [Unit]
    }
    let name = "conversion"

    func matches(_ utterance: Utterance, at now: Now) -> SkillMatch<Intent>? {
        let scanner = utterance.scanner
        return (howMany(scanner) ?? convert(scanner)).map { SkillMatch($0) }
    }

    /// "how many cups are in a gallon", "how many kilometers is 10 miles"
    private func howMany(_ scanner: WordScanner) -> Intent? {
        var scanner = scanner
        scanner.takeQuestionFrame()
        guard scanner.takeOne(of: ["how many", "how much", "what is the number of"]), let target = scanner.takeUnit()
        else {
            return nil
        }
        scanner.takeOne(of: [
            "are there in", "are in", "is in", "in", "is", "are", "make", "make up", "does", "do", "to", "go into",
            "go in",
            "is there in", "equal", "equals", "fit in", "per", "=", "would be", "would", "there are in", "of",
        ])
        guard let quantity = scanner.takeQuantity() ?? scanner.takeBareUnit() else { return nil }
        scanner.takeOne(of: ["have", "contain", "equal", "make", "be", "has", "is"])
        return scanner.isAtEnd ? Intent(quantity: quantity, target: target) : nil
    }

    /// "convert 10 miles to km", "what is 72 degrees fahrenheit in celsius"
    private func convert(_ scanner: WordScanner) -> Intent? {
        var scanner = scanner
        scanner.takeQuestionFrame()
        scanner.takeOne(of: [
            "convert", "what is", "how much is", "what are", "change", "translate", "turn", "how far is", "how long is",
            "how heavy is", "how tall is", "how fast is", "how hot is", "how cold is", "how big is", "what would",
            "how many is",
            "transform", "converts", "express", "what temperature is", "calculate", "how warm is", "how large is",
        ])
        guard let quantity = scanner.takeQuantity() ?? scanner.takeBareUnit() else { return nil }
        scanner.takeOne(of: ["be", "equal", "is", "are", "converted", "expressed"])
        guard
            scanner.takeOne(of: ["to", "in", "into", "as", "to the", "equals", "equal to", "is how many", "=", "in to"])
        else { return nil }
        scanner.takeOne(of: ["how many"])
        guard let target = scanner.takeUnit() else { return nil }
        scanner.takeOne(of: ["is that", "is it", "are that"])
        return scanner.isAtEnd ? Intent(quantity: quantity, target: target) : nil
    }

    func hasEffects(_ intent: Intent) -> Bool { false }

    func perform(_ intent: Intent, in context: SkillContext) async throws(StorageError) -> String {
        Self.answer(intent)
    }

    static func answer(_ intent: Intent) -> String {
        guard let (from, to) = pair(intent) else {
            let (a, b) = (intent.quantity.units.first, intent.target.first)
            guard let a, let b else { return "I can't convert that." }
            return "I can't convert \(a.plural) to \(b.plural): one is \(a.dimension.described), the other "
                + "\(b.dimension.described)."
        }
        var value = intent.quantity.value
        var said = "\(Spoken.number(value)) \(from.name(for: value))"
        if let extra = intent.quantity.extra, let unit = extra.units.first(where: { $0.dimension == from.dimension }),
            let part = unit.convert(extra.value, to: from)
        {
            value += part
            said += " \(Spoken.number(extra.value)) \(unit.name(for: extra.value))"
        }
        guard let result = from.convert(value, to: to), result.isFinite else {
            return "That's too large for me to say."
        }
        if from.dimension == .temperature, value * from.scale + from.offset < -273.150001 {
            return "Nothing is that cold: absolute zero is minus 273.15 degrees Celsius."
        }
        let (number, isExact) = rounded(result, to.dimension)
        let unit = to.name(for: number == "1" ? 1 : 2)
        return "\(Spoken.capitalized(said)) is \(isExact ? "" : "about ")\(number) \(unit)."
    }

    /// The two units that measure the same; of several readings the first that fits.
    private static func pair(_ intent: Intent) -> (from: Unit, to: Unit)? {
        var sources = intent.quantity.units
        if sources.isEmpty {
            // Bare degrees are of the other scale than the one asked for.
            guard let target = intent.target.first(where: { $0.dimension == .temperature }) else { return nil }
            sources = UnitTable.all.filter { $0.dimension == .temperature && $0 != target && $0.singular != "kelvin" }
        }
        for source in sources {
            if let target = intent.target.first(where: { $0.dimension == source.dimension && $0 != source })
                ?? intent.target.first(where: { $0.dimension == source.dimension })
            {
                return (source, target)
            }
        }
        return nil
    }

    /// As many digits as are of use to the ear, and whether none were lost.
    private static func rounded(_ value: Double, _ dimension: Dimension) -> (text: String, isExact: Bool) {
        let magnitude = abs(value)
        var decimals = dimension == .temperature ? 1 : magnitude >= 1000 ? 0 : magnitude >= 100 ? 1 : 2
        if dimension != .temperature {
            // Three digits for what is small.
            var bound = 1.0
            while decimals < 6, magnitude < bound, magnitude > 0 {
                decimals += 1
                bound /= 10
            }
        }
        let text = Spoken.number(value, decimals: decimals)
        let exact = Spoken.number(value, decimals: 6)
        if text == "0", magnitude > 0 { return ("less than 0.000001", true) }
        return (text, text == exact && abs(value * 1e6 - (value * 1e6).rounded()) < 0.01)
    }
}

extension WordScanner {
    /// A unit without a number counts one: "how many feet in mile".
    fileprivate mutating func takeBareUnit() -> Quantity? {
        takeUnit().map { Quantity(value: 1, units: $0) }
    }
}
