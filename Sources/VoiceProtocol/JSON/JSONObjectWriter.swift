/// Builds one flat JSON object as bytes, members in the order they are added, without white space.
public struct JSONObjectWriter {
    private var bytes: [UInt8] = [UInt8(ascii: "{")]

    public init() {}

    /// Adds a member whose value is a fixed ASCII string that needs no escapes.
    public mutating func add(_ key: StaticString, _ value: StaticString) {
        begin(key)
        bytes.append(UInt8(ascii: "\""))
        append(value)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Adds a member whose value is UTF-8 text.
    public mutating func add(_ key: StaticString, _ text: [UInt8]) {
        begin(key)
        bytes.append(UInt8(ascii: "\""))
        for byte in text { Self.appendEscaped(byte, to: &bytes) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Adds a last member whose value is UTF-8 text, cut between two characters so that the whole object keeps to a
    /// length.
    /// - Parameter length: bytes of the finished object at most.
    public mutating func add(_ key: StaticString, _ text: [UInt8], keeping length: Int) {
        // Besides key and text: a comma, four quotes, a colon, and the brace at the end.
        var room = length - bytes.count - key.utf8CodeUnitCount - 7
        var end = 0
        while end < text.count {
            room -= Self.escapedLength(text[end])
            if room < 0 { break }
            end += 1
        }
        add(key, Array(UTF8Bytes.prefix(text, limit: end)))
    }

    /// Adds a member whose value is a truth value.
    public mutating func add(_ key: StaticString, _ value: Bool) {
        begin(key)
        append(value ? "true" : "false")
    }

    /// Adds a member whose value is a whole number.
    public mutating func add(_ key: StaticString, _ value: Int) {
        begin(key)
        Self.appendDecimal(value, to: &bytes)
    }

    /// Adds a member whose value is another object.
    public mutating func add(_ key: StaticString, _ object: JSONObjectWriter) {
        begin(key)
        bytes += object.finished()
    }

    /// Adds a member whose value is JSON text already: a list, or a number with a fraction.
    public mutating func add(_ key: StaticString, json value: [UInt8]) {
        begin(key)
        bytes += value
    }

    /// The object's text.
    public func finished() -> [UInt8] { bytes + [UInt8(ascii: "}")] }

    private mutating func begin(_ key: StaticString) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        append(key)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func append(_ text: StaticString) {
        for offset in 0..<text.utf8CodeUnitCount { bytes.append(text.utf8Start[offset]) }
    }

    /// Bytes that `byte` takes inside a JSON string.
    private static func escapedLength(_ byte: UInt8) -> Int {
        switch byte {
        case 0x22, 0x5C, 0x08, 0x09, 0x0A, 0x0C, 0x0D: 2
        case 0..<0x20: 6
        default: 1
        }
    }

    private static func appendEscaped(_ byte: UInt8, to bytes: inout [UInt8]) {
        let short: UInt8? =
            switch byte {
            case 0x22: UInt8(ascii: "\"")
            case 0x5C: UInt8(ascii: "\\")
            case 0x08: UInt8(ascii: "b")
            case 0x09: UInt8(ascii: "t")
            case 0x0A: UInt8(ascii: "n")
            case 0x0C: UInt8(ascii: "f")
            case 0x0D: UInt8(ascii: "r")
            default: nil
            }
        if let short {
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(short)
        } else if byte < 0x20 {
            for unit in [0x5C, 0x75, 0x30, 0x30] as [UInt8] { bytes.append(unit) }
            bytes.append(0x30 + (byte >> 4))
            let low = byte & 0x0F
            bytes.append(low < 10 ? 0x30 + low : 0x57 + low)
        } else {
            bytes.append(byte)
        }
    }

    private static func appendDecimal(_ value: Int, to bytes: inout [UInt8]) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        var rest = value.magnitude
        var digits: [UInt8] = []
        repeat {
            digits.append(0x30 + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        while let digit = digits.popLast() { bytes.append(digit) }
    }
}
