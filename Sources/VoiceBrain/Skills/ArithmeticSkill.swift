import VoicePipeline

/// "What's seven times eight?"
struct ArithmeticSkill: Skill {
    struct Intent: Equatable, Sendable {
        var expression: Expression
    }
    let name = "arithmetic"

    func matches(_ utterance: Utterance, at now: Now) -> SkillMatch<Intent>? {
        var scanner = utterance.scanner
        if let expression = verbForm(scanner) { return SkillMatch(Intent(expression: expression)) }
        scanner.takeQuestionFrame()
        scanner.takeOne(of: [
            "what is", "what are", "how much is", "calculate", "compute", "work out", "solve", "evaluate",
            "how many is",
            "what does", "what do", "how much are", "what is the answer to", "what is the result of",
            "what is the value of",
            "find", "how much", "how much does", "what would", "figure out", "what", "the answer to", "what was",
            "what",
        ])
        scanner.dropLastOne(of: [
            "equal", "equals", "is", "make", "come to", "=", "is what", "equals what", "equal to", "be", "makes",
            "equal what",
        ])
        if let expression = named(scanner) { return SkillMatch(Intent(expression: expression)) }
        var parser = ExpressionParser(scanner)
        return parser.parse().map { SkillMatch(Intent(expression: $0)) }
    }

    /// "add 5 and 3", "subtract 3 from 10"
    private func verbForm(_ scanner: WordScanner) -> Expression? {
        let forms: [(verbs: [String], joints: [String], operation: Expression.Operator, swapped: Bool)] = [
            (["add", "add up"], ["and", "to", "plus", "with"], .plus, false),
            (["subtract", "take", "deduct"], ["from"], .minus, true),
            (["multiply"], ["by", "and", "with", "times"], .times, false),
            (["divide"], ["by"], .divided, false),
        ]
        for form in forms {
            var parser = ExpressionParser(scanner)
            guard parser.scanner.takeOne(of: form.verbs) else { continue }
            return operands(&parser, form.joints, form.operation, swapped: form.swapped)
        }
        return nil
    }

    /// "the sum of 3 and 4", "the difference between 10 and 4"
    private func named(_ scanner: WordScanner) -> Expression? {
        let forms: [(phrases: [String], operation: Expression.Operator)] = [
            (["the sum of", "sum of"], .plus), (["the product of", "product of"], .times),
            (["the difference between", "difference between", "the difference of"], .minus),
            (["the quotient of", "quotient of"], .divided),
        ]
        for form in forms {
            var parser = ExpressionParser(scanner)
            guard parser.scanner.takeOne(of: form.phrases) else { continue }
            return operands(&parser, ["and"], form.operation, swapped: false)
        }
        var parser = ExpressionParser(scanner)
        guard parser.scanner.takeOne(of: ["the remainder of", "remainder of", "the remainder when"]) else { return nil }
        return operands(&parser, ["divided by", "is divided by", "by", "over"], .modulo, swapped: false)
    }

    private func operands(
        _ parser: inout ExpressionParser, _ joints: [String], _ operation: Expression.Operator, swapped: Bool
    ) -> Expression? {
        guard let first = parser.operand() else { return nil }
        var result = first
        var count = 1
        while !parser.scanner.isAtEnd {
            parser.scanner.takeOne(of: joints)
            guard let next = parser.operand() else { return nil }
            result = swapped ? .binary(operation, next, result) : .binary(operation, result, next)
            count += 1
        }
        return count >= 2 ? result : nil
    }

    func hasEffects(_ intent: Intent) -> Bool { false }

    func perform(_ intent: Intent, in context: SkillContext) async throws(StorageError) -> String {
        Self.answer(intent.expression)
    }

    static func answer(_ expression: Expression) -> String {
        let value: Double
        do {
            value = try expression.value()
        } catch {
            return error.sentence
        }
        let result = Spoken.number(value)
        let isRounded =
            !result.hasPrefix("about") && abs(value) < 1e9 && abs(value * 1e6 - (value * 1e6).rounded()) > 0.01
        if value != 0, result == "0" { return "That's almost zero." }
        let text = isRounded ? "about \(Spoken.number(value, decimals: abs(value) >= 1 ? 3 : 6))" : result
        guard let said = expression.spoken else { return "That's \(text)." }
        return "\(Spoken.capitalized(said)) is \(text)."
    }
}

extension ExpressionParser {
    /// One number or bracket.
    mutating func operand() -> Expression? {
        var probe = self
        guard let value = probe.scanner.takeSignedNumber() else { return nil }
        self = probe
        return scanner.takeOne(of: ["%", "percent"]) ? .percent(.number(value)) : .number(value)
    }
}
