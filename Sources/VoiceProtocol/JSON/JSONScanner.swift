/// Why a text is not the JSON that was expected.
public enum JSONScanError: Error, Equatable, Sendable {
    /// Not JSON at all, or something follows the value. `offset` is in bytes.
    case malformed(offset: Int)
    /// Nested deeper than the scanner's bound.
    case tooDeep
    /// Valid JSON, but not an object.
    case notAnObject
}

/// A value of a top-level member.
public enum JSONScalar: Equatable, Sendable {
    /// UTF-8, escapes resolved.
    case string([UInt8])
    /// The digits as written.
    case number([UInt8])
    case bool(Bool)
    case null
    /// An object or array; its content was checked and skipped.
    case nested
}

/// Reads one JSON object from bytes, member by member, without allocating a tree.
///
/// Wire frames are small flat objects, and firmware has no room for a general JSON library; nested values are
/// checked for form (RFC 8259) and skipped.
public struct JSONScanner {
    private let bytes: ArraySlice<UInt8>
    private var index: Int
    /// Objects and arrays inside each other at most.
    private static let maximumDepth = 16

    private init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        self.index = bytes.startIndex
    }

    /// Calls `member` for each member of the object, in order; a repeated key is reported each time.
    /// - Parameter bytes: UTF-8 text of one JSON object.
    public static func object(
        _ bytes: ArraySlice<UInt8>, member: (_ key: [UInt8], _ value: JSONScalar) -> Void
    ) throws(JSONScanError) {
        var scanner = JSONScanner(bytes)
        scanner.skipSpace()
        guard scanner.peek == UInt8(ascii: "{") else {
            _ = try scanner.value(depth: 0)
            scanner.skipSpace()
            if scanner.peek != nil { throw scanner.malformed }
            throw .notAnObject
        }
        try scanner.members(depth: 1, member)
        scanner.skipSpace()
        guard scanner.peek == nil else { throw scanner.malformed }
    }

    private var malformed: JSONScanError { .malformed(offset: index - bytes.startIndex) }

    private var peek: UInt8? { index < bytes.endIndex ? bytes[index] : nil }

    private mutating func take() -> UInt8? {
        guard let byte = peek else { return nil }
        index += 1
        return byte
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { index += 1 }
    }

    /// After the opening brace was seen, not yet taken.
    private mutating func members(
        depth: Int, _ member: (_ key: [UInt8], _ value: JSONScalar) -> Void
    ) throws(JSONScanError) {
        guard depth <= Self.maximumDepth else { throw .tooDeep }
        index += 1
        skipSpace()
        if peek == UInt8(ascii: "}") {
            index += 1
            return
        }
        while true {
            skipSpace()
            guard take() == UInt8(ascii: "\"") else { throw malformed }
            let key = try string()
            skipSpace()
            guard take() == UInt8(ascii: ":") else { throw malformed }
            member(key, try value(depth: depth))
            skipSpace()
            switch take() {
            case UInt8(ascii: ","): continue
            case UInt8(ascii: "}"): return
            default: throw malformed
            }
        }
    }

    private mutating func elements(depth: Int) throws(JSONScanError) {
        guard depth <= Self.maximumDepth else { throw .tooDeep }
        index += 1
        skipSpace()
        if peek == UInt8(ascii: "]") {
            index += 1
            return
        }
        while true {
            _ = try value(depth: depth)
            skipSpace()
            switch take() {
            case UInt8(ascii: ","): continue
            case UInt8(ascii: "]"): return
            default: throw malformed
            }
        }
    }

    private mutating func value(depth: Int) throws(JSONScanError) -> JSONScalar {
        skipSpace()
        switch peek {
        case UInt8(ascii: "\""):
            index += 1
            return .string(try string())
        case UInt8(ascii: "{"):
            try members(depth: depth + 1) { _, _ in }
            return .nested
        case UInt8(ascii: "["):
            try elements(depth: depth + 1)
            return .nested
        case UInt8(ascii: "t"):
            try literal("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try literal("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try literal("null")
            return .null
        default:
            return .number(try number())
        }
    }

    private mutating func literal(_ text: StaticString) throws(JSONScanError) {
        for offset in 0..<text.utf8CodeUnitCount where take() != text.utf8Start[offset] { throw malformed }
    }

    private mutating func number() throws(JSONScanError) -> [UInt8] {
        let start = index
        if peek == UInt8(ascii: "-") { index += 1 }
        if peek == UInt8(ascii: "0") { index += 1 } else { try digits() }
        if peek == UInt8(ascii: ".") {
            index += 1
            try digits()
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            index += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { index += 1 }
            try digits()
        }
        return Array(bytes[start..<index])
    }

    private mutating func digits() throws(JSONScanError) {
        let start = index
        while let byte = peek, (0x30...0x39).contains(byte) { index += 1 }
        if index == start { throw malformed }
    }

    /// After the opening quote.
    private mutating func string() throws(JSONScanError) -> [UInt8] {
        var text: [UInt8] = []
        while let byte = take() {
            switch byte {
            case UInt8(ascii: "\""): return text
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw malformed
            default: text.append(byte)
            }
        }
        throw malformed
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONScanError) {
        switch take() {
        case UInt8(ascii: "\""): text.append(0x22)
        case UInt8(ascii: "\\"): text.append(0x5C)
        case UInt8(ascii: "/"): text.append(0x2F)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var scalar = try hexadecimal()
            if (0xD800..<0xDC00).contains(scalar) {
                guard take() == UInt8(ascii: "\\"), take() == UInt8(ascii: "u") else { throw malformed }
                let low = try hexadecimal()
                guard (0xDC00..<0xE000).contains(low) else { throw malformed }
                scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
            } else if (0xDC00..<0xE000).contains(scalar) {
                throw malformed
            }
            UTF8Bytes.append(scalar, to: &text)
        default: throw malformed
        }
    }

    private mutating func hexadecimal() throws(JSONScanError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            switch take() {
            case let digit? where (0x30...0x39).contains(digit): value = value << 4 | UInt32(digit - 0x30)
            case let digit? where (0x41...0x46).contains(digit): value = value << 4 | UInt32(digit - 0x37)
            case let digit? where (0x61...0x66).contains(digit): value = value << 4 | UInt32(digit - 0x57)
            default: throw malformed
            }
        }
        return value
    }
}
