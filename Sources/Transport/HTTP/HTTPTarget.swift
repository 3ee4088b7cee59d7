/// What a request line asks for, taken apart.
package struct HTTPTarget: Equatable, Sendable {
    /// Percent-decoded, begins with `/` (or is `*`), has no `.` or `..` segments, no NUL, valid UTF-8.
    package var path: String
    /// The part after `?`, still encoded.
    package var rawQuery: String

    /// - Parameter target: the origin form, `*`, or an absolute http(s) URL.
    /// - Returns: nil unless it is well formed and safe.
    package init?(_ target: String) {
        var rest = Substring(target)
        if rest == "*" {
            path = "*"
            rawQuery = ""
            return
        }
        if !rest.utf8.starts(with: "/".utf8) {
            let lowered = rest.prefix(8).utf8.map(ASCII.lower)
            guard let scheme = ["http://", "https://"].first(where: { lowered.starts(with: $0.utf8) }) else {
                return nil
            }
            rest = rest.dropFirst(scheme.utf8.count)
            rest = rest[(rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex)...]
            if !rest.hasPrefix("/") { rest = "/" + rest }
        }
        let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let decoded = HTTPTarget.decode(first.utf8, plusIsSpace: false) else {
            return nil
        }
        let segments = decoded.split(separator: "/", omittingEmptySubsequences: false)
        guard !segments.contains("."), !segments.contains(".."), !decoded.utf8.contains(0) else { return nil }
        path = decoded
        rawQuery = parts.count > 1 ? String(parts[1]) : ""
    }

    /// The fields of the query, decoded; a malformed escape stays as it is.
    package var query: [(name: String, value: String)] {
        rawQuery.split(separator: "&").map { field in
            let pair = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = pair.first ?? ""
            let value = pair.count > 1 ? pair[1] : ""
            return (
                name: HTTPTarget.decode(name.utf8, plusIsSpace: true) ?? String(name),
                value: HTTPTarget.decode(value.utf8, plusIsSpace: true) ?? String(value)
            )
        }
    }

    private static func decode(_ bytes: Substring.UTF8View, plusIsSpace: Bool) -> String? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            if byte == UInt8(ascii: "%") {
                guard let high = iterator.next().flatMap(ASCII.hexValue),
                    let low = iterator.next().flatMap(ASCII.hexValue)
                else { return nil }
                decoded.append(high << 4 | low)
            } else if byte == UInt8(ascii: "+") && plusIsSpace {
                decoded.append(UInt8(ascii: " "))
            } else {
                decoded.append(byte)
            }
        }
        return String(validating: decoded, as: UTF8.self)
    }
}
