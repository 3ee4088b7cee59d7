/// Reads a sum by descending through the ranks of its operators:
/// `sum: term (plus term)*`, `term: factor (times factor)*`, `factor: atom (power)*`.
struct ExpressionParser {
    var scanner: WordScanner
    /// Whether anything was calculated; a lone number is no sum.
    private(set) var hasOperation = false
    private var depth = 0

    /// Brackets and signs within each other at most.
    private static let maximumDepth = 24

    init(_ scanner: WordScanner) {
        self.scanner = scanner
    }

    /// - Returns: nil unless all words belong to one sum.
    mutating func parse() -> Expression? {
        guard let expression = sum(), scanner.isAtEnd, hasOperation else { return nil }
        return expression
    }

    mutating func sum() -> Expression? {
        guard depth < Self.maximumDepth else { return nil }
        depth += 1
        defer { depth -= 1 }
        guard var left = term() else { return nil }
        while true {
            let before = scanner
            let op: Expression.Operator
            if scanner.takeOne(of: ["plus", "+", "added to"]) {
                op = .plus
            } else if scanner.takeOne(of: ["minus", "-", "less", "take away"]) {
                op = .minus
            } else {
                return left
            }
            guard let right = term() else {
                scanner = before
                return left
            }
            left = combine(op, left, right)
        }
    }

    private mutating func term() -> Expression? {
        guard var left = factor() else { return nil }
        while true {
            let before = scanner
            guard let op = takeTermOperator(after: left), let right = factor() else {
                scanner = before
                return left
            }
            left = combine(op, left, right)
        }
    }

    private mutating func takeTermOperator(after left: Expression) -> Expression.Operator? {
        if scanner.takeOne(of: ["times", "x", "*", "multiplied by", "multiplied with", "time"]) { return .times }
        if scanner.takeOne(of: ["divided by", "/", "over", "divide by", "divided"]) { return .divided }
        if scanner.takeOne(of: ["modulo", "mod"]) { return .modulo }
        let isPart: Bool
        switch left {
        case .percent: isPart = true
        case .number(let value): isPart = value > 0 && value < 1
        default: isPart = false
        }
        if isPart, scanner.takeOne(of: ["of"]) { return .of }
        if case .percent = left, scanner.takeOne(of: ["off", "off of"]) { return .off }
        return nil
    }

    private mutating func factor() -> Expression? {
        guard var base = atom() else { return nil }
        while true {
            if scanner.takeOne(of: ["squared", "²"]) {
                base = apply(.squared, base)
            } else if scanner.takeOne(of: ["cubed", "³"]) {
                base = apply(.cubed, base)
            } else if scanner.takeOne(of: ["factorial"]) {
                base = apply(.factorial, base)
            } else if let exponent = takeExponent() {
                base = combine(.power, base, exponent)
            } else {
                return base
            }
        }
    }

    private mutating func takeExponent() -> Expression? {
        let before = scanner
        if scanner.takeOne(of: ["^", "to the power of", "to the power", "raised to the power of", "raised to", "* *"]) {
            if let exponent = atom() { return exponent }
        } else if scanner.takeOne(of: ["to the", "raised to the"]), let ordinal = scanner.takeOrdinal() {
            scanner.takeOne(of: ["power"])
            return .number(Double(ordinal))
        }
        scanner = before
        return nil
    }

    private mutating func atom() -> Expression? {
        guard depth < Self.maximumDepth else { return nil }
        depth += 1
        defer { depth -= 1 }
        let before = scanner
        if let inner = prefixed() { return inner }
        scanner = before
        scanner.takeOne(of: ["the number", "$", "€", "£"])
        if scanner.peek == "pi" {
            scanner.next()
            return .number(Double.pi)
        }
        guard let value = takeValue() else {
            scanner = before
            return nil
        }
        if scanner.takeOne(of: ["%", "percent", "per cent"]) {
            return .percent(.number(value))
        }
        // The sum is the same in any currency.
        scanner.takeOne(of: ["dollars", "dollar", "euros", "euro", "bucks"])
        return .number(value)
    }

    /// A number; "a half" stays one, while the "of" after it is left for `term`.
    private mutating func takeValue() -> Double? {
        var probe = scanner
        if probe.takeOne(of: ["half of", "a half of", "one half of"]) {
            scanner.takeOne(of: ["half", "a half", "one half"])
            return 0.5
        }
        return scanner.takeNumber()
    }

    /// Brackets, signs and functions that stand before their operand.
    private mutating func prefixed() -> Expression? {
        if scanner.takeOne(of: [
            "(", "open parenthesis", "open parentheses", "open bracket", "the quantity", "open paren",
        ]) {
            guard let inner = sum() else { return nil }
            scanner.takeOne(of: [
                ")", "close parenthesis", "close parentheses", "close bracket", "closed parenthesis", "close paren",
                "end parenthesis", "closed bracket", "closed parentheses",
            ])
            return inner
        }
        if scanner.takeOne(of: ["minus", "negative", "-"]) { return factor().map { .negative($0) } }
        let functions: [(Expression.Function, [String])] = [
            (
                .squareRoot,
                [
                    "the square root of", "square root of", "square root", "root of", "√", "the root of",
                    "the square root",
                    "sqrt", "square rooted",
                ]
            ),
            (.cubeRoot, ["the cube root of", "cube root of", "cubic root of", "the cubic root of"]),
        ]
        for (function, phrases) in functions where scanner.takeOne(of: phrases) {
            return factor().map { apply(function, $0) }
        }
        if scanner.takeOne(of: ["twice", "double", "two times"]) {
            return factor().map { combine(.times, .number(2), $0) }
        }
        if scanner.takeOne(of: ["triple", "three times"]) { return factor().map { combine(.times, .number(3), $0) } }
        return nil
    }

    private mutating func combine(_ op: Expression.Operator, _ left: Expression, _ right: Expression) -> Expression {
        hasOperation = true
        return .binary(op, left, right)
    }

    private mutating func apply(_ function: Expression.Function, _ operand: Expression) -> Expression {
        hasOperation = true
        return .function(function, operand)
    }
}
