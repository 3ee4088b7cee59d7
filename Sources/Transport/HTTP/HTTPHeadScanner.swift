/// Finds the end of a request's head, and what llhttp would let pass in it.
///
/// Bare LF and folded fields are refused because two parsers in a row may disagree on them (RFC 9112, 2.2 and 5.2).
package struct HTTPHeadScanner: Sendable {
    package enum Outcome: Equatable, Sendable {
        /// All bytes belong to the head, which goes on.
        case more
        /// The head ends after this many of the bytes.
        case end(Int)
        case invalid(String)
        case tooLong(inRequestLine: Bool)
    }

    private let limit: Int
    private var length = 0
    private var line = 0
    private var column = 0
    private var afterCR = false

    /// - Parameter limit: bytes of the whole head.
    package init(limit: Int) {
        self.limit = limit
    }

    /// Whether a byte of a head has come.
    package var hasBegun: Bool { length > 0 }

    package mutating func scan(_ bytes: UnsafeRawBufferPointer) -> Outcome {
        for (index, byte) in bytes.enumerated() {
            length += 1
            if length > limit { return .tooLong(inRequestLine: line == 0) }
            if afterCR {
                guard byte == 0x0A else { return .invalid("a carriage return stands alone") }
                afterCR = false
                // Empty lines before a request are allowed (RFC 9112, 2.2).
                if column == 0 && line > 0 { return .end(index + 1) }
                if column > 0 { line += 1 }
                column = 0
                continue
            }
            switch byte {
            case 0x0D:
                afterCR = true
            case 0x0A:
                return .invalid("a line ends without carriage return")
            case 0x00:
                return .invalid("the header holds a zero byte")
            case 0x20, 0x09:
                guard column > 0 else {
                    return .invalid(line > 0 ? "a header field is folded" : "the request line begins with a space")
                }
                column += 1
            default:
                column += 1
            }
        }
        return .more
    }
}
