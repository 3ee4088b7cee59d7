/// A sum as it was said.
indirect enum Expression: Sendable, Equatable {
    case number(Double)
    case percent(Expression)
    case negative(Expression)
    case binary(Operator, Expression, Expression)
    case function(Function, Expression)

    enum Operator: String, Sendable {
        case plus, minus, times, divided, power, modulo
        /// "15% of 80", "half of 30"
        case of
        /// "20% off 50"
        case off

        var rank: Int {
            switch self {
            case .plus, .minus: 1
            case .times, .divided, .modulo, .of, .off: 2
            case .power: 3
            }
        }

        var spoken: String {
            switch self {
            case .divided: "divided by"
            case .power: "to the power of"
            default: rawValue
            }
        }
    }

    enum Function: String, Sendable {
        case squareRoot, cubeRoot, squared, cubed, factorial

        /// Words before or after the operand.
        var spoken: (before: String, after: String) {
            switch self {
            case .squareRoot: ("the square root of ", "")
            case .cubeRoot: ("the cube root of ", "")
            case .squared: ("", " squared")
            case .cubed: ("", " cubed")
            case .factorial: ("", " factorial")
            }
        }
    }

    /// - Throws: `ArithmeticError`, for what has no value.
    func value() throws(ArithmeticError) -> Double {
        let result: Double
        switch self {
        case .number(let value): result = value
        case .percent(let inner): result = try inner.value() / 100
        case .negative(let inner): result = -(try inner.value())
        case .binary(let op, let left, let right): result = try Self.apply(op, left, right)
        case .function(let function, let inner): result = try Self.apply(function, try inner.value())
        }
        guard result.isFinite else { throw .tooLarge }
        return result
    }

    private static func apply(
        _ op: Operator, _ left: Expression, _ right: Expression
    ) throws(ArithmeticError) -> Double {
        let a = try left.value()
        // "80 plus 15%" adds 15% of 80, as every pocket calculator does.
        if case .percent = right, op == .plus || op == .minus {
            let part = a * (try right.value())
            return op == .plus ? a + part : a - part
        }
        let b = try right.value()
        switch op {
        case .plus: return a + b
        case .minus: return a - b
        case .times, .of: return a * b
        case .off: return b * (1 - a)
        case .divided:
            guard b != 0 else { throw .divisionByZero }
            return a / b
        case .modulo:
            guard b != 0 else { throw .divisionByZero }
            return a.truncatingRemainder(dividingBy: b)
        case .power:
            if a == 0, b < 0 { throw .divisionByZero }
            if a < 0, b != b.rounded() { throw .notReal }
            return power(a, b)
        }
    }

    private static func apply(_ function: Function, _ value: Double) throws(ArithmeticError) -> Double {
        switch function {
        case .squareRoot:
            guard value >= 0 else { throw .notReal }
            return value.squareRoot()
        case .cubeRoot:
            let root = power(abs(value), 1.0 / 3)
            // Whole roots come out whole.
            let near = root.rounded()
            let exact = near * near * near == abs(value) ? near : root
            return value < 0 ? -exact : exact
        case .squared: return value * value
        case .cubed: return value * value * value
        case .factorial:
            guard value >= 0, value == value.rounded() else { throw .notReal }
            guard value <= 170 else { throw .tooLarge }
            var product = 1.0
            for factor in stride(from: 2.0, through: value, by: 1) { product *= factor }
            return product
        }
    }

    /// How the sum is said back; nil when it is too long to be said, or has brackets, which cannot be heard.
    var spoken: String? {
        operations <= 2 && !needsBrackets ? words : nil
    }

    private var needsBrackets: Bool {
        switch self {
        case .number: false
        case .percent(let inner): inner.needsBrackets
        case .negative(let inner), .function(_, let inner): inner.operations > 0
        case .binary(let op, let left, let right):
            left.needsBrackets || right.needsBrackets || left.rank < op.rank || right.rank < op.rank
                || right.rank == op.rank && op != .plus
        }
    }

    /// How strongly the parts hold together.
    private var rank: Int {
        if case .binary(let op, _, _) = self { op.rank } else { 4 }
    }

    private var operations: Int {
        switch self {
        case .number: 0
        case .percent(let inner), .negative(let inner): inner.operations
        case .binary(_, let left, let right): 1 + left.operations + right.operations
        case .function(_, let inner): 1 + inner.operations
        }
    }

    private var words: String {
        switch self {
        case .number(let value): return Spoken.number(value)
        case .percent(let inner): return inner.words + " percent"
        case .negative(let inner): return "minus " + inner.words
        case .binary(.of, .number(0.5), let right): return "half of \(right.words)"
        case .binary(.of, .number(0.25), let right): return "a quarter of \(right.words)"
        case .binary(.of, .number(1.0 / 3), let right): return "a third of \(right.words)"
        case .binary(let op, let left, let right): return "\(left.words) \(op.spoken) \(right.words)"
        case .function(let function, let inner):
            let (before, after) = function.spoken
            return before + inner.words + after
        }
    }
}

/// Why a sum has no answer.
enum ArithmeticError: Error, Equatable {
    case divisionByZero
    case notReal
    case tooLarge

    /// The sentence that says so.
    var sentence: String {
        switch self {
        case .divisionByZero: "I can't divide by zero."
        case .notReal: "That has no answer among the ordinary numbers."
        case .tooLarge: "That number is too large for me to say."
        }
    }
}
