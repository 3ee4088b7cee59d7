/// A header's value with parameters: `form-data; name="a b"; filename*=UTF-8''%C3%A4.wav`.
/// - Source: RFC 9110, section 5.6.6; RFC 8187 for values with an asterisk; RFC 7578, section 4.2.
package struct HeaderValue: Equatable, Sendable {
    /// What comes before the parameters, in lower case.
    package var value: String
    /// By their names in lower case; of several of one name the first counts. What is no UTF-8 is replaced.
    package var parameters: [String: String] = [:]

    private static let maximumParameters = 16

    /// - Returns: nil for what is not of this form.
    package init?(_ text: String) {
        var rest = Array(text.utf8)[...]
        value = Self.trimmed(String(decoding: Self.take(&rest) { $0 == UInt8(ascii: ";") }, as: UTF8.self)).lowercased()
        guard !value.isEmpty else { return nil }
        var count = 0
        while rest.popFirst() != nil {
            Self.skipSpace(&rest)
            let name = String(
                decoding: Self.take(&rest) { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ";") }, as: UTF8.self)
            // "; ;" and a semicolon at the end hold nothing.
            if rest.first != UInt8(ascii: "=") {
                guard Self.trimmed(name).isEmpty else { return nil }
                continue
            }
            rest = rest.dropFirst()
            guard let content = Self.content(&rest) else { return nil }
            count += 1
            guard count <= Self.maximumParameters else { return nil }
            let key = Self.trimmed(name).lowercased()
            if parameters[key] == nil { parameters[key] = content }
        }
    }

    /// The value of `name*`, which is written with a character set and escapes; nil without one that can be read.
    package func extended(_ name: String) -> String? {
        guard let text = parameters[name + "*"] else { return nil }
        let parts = text.utf8.split(separator: UInt8(ascii: "'"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, String(decoding: parts[0], as: UTF8.self).lowercased() == "utf-8" else { return nil }
        var bytes: [UInt8] = []
        var rest = Array(parts[2])[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2, let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(code)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// Without white space at both ends.
    package static func trimmed(_ text: String) -> String {
        var slice = Array(text.utf8)[...]
        while let first = slice.first, isSpace(first) { slice.removeFirst() }
        while let last = slice.last, isSpace(last) { slice.removeLast() }
        return String(decoding: slice, as: UTF8.self)
    }

    /// A token, or a string in quotation marks; what follows it up to the next semicolon must be white space.
    private static func content(_ rest: inout ArraySlice<UInt8>) -> String? {
        skipSpace(&rest)
        guard rest.first == UInt8(ascii: "\"") else {
            return trimmed(String(decoding: take(&rest) { $0 == UInt8(ascii: ";") }, as: UTF8.self))
        }
        rest = rest.dropFirst()
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\"") {
                let behind = take(&rest) { $0 == UInt8(ascii: ";") }
                return behind.allSatisfy(isSpace) ? String(decoding: bytes, as: UTF8.self) : nil
            }
            // Only these two are escaped: elsewhere a backslash is one, as in a path of Windows.
            if byte == UInt8(ascii: "\\"), let next = rest.first, next == UInt8(ascii: "\"") || next == byte {
                bytes.append(next)
                rest = rest.dropFirst()
            } else {
                bytes.append(byte)
            }
        }
        return nil
    }

    private static func take(
        _ rest: inout ArraySlice<UInt8>, until isEnd: (UInt8) -> Bool
    ) -> ArraySlice<UInt8> {
        let taken = rest.prefix { !isEnd($0) }
        rest = rest.dropFirst(taken.count)
        return taken
    }

    private static func skipSpace(_ rest: inout ArraySlice<UInt8>) {
        while let first = rest.first, isSpace(first) { rest = rest.dropFirst() }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 }
}
