/// What a request line asks for, taken apart.
package struct HTTPTarget: Equatable, Sendable {
    /// Percent-decoded, begins with `/` (or is `*`), has no `.` or `..` segments, no NUL, valid UTF-8.
    package var path: String
    /// The part after `?`, still encoded.
    package var rawQuery: String

    /// - Parameter target: the origin form, `*`, or an absolute http(s) URL.
    /// - Returns: nil unless it is well formed and safe.
    package init?(_ target: String) {
        // Everything is found by its bytes: to `Character`, a slash and a combining accent behind it are one.
        let slash = UInt8(ascii: "/")
        var rest = Array(target.utf8)[...]
        if rest.elementsEqual("*".utf8) {
            path = "*"
            rawQuery = ""
            return
        }
        if rest.first != slash {
            let lowered = rest.prefix(8).map(ASCII.lower)
            guard let scheme = ["http://", "https://"].first(where: { lowered.starts(with: $0.utf8) }) else {
                return nil
            }
            rest = rest.dropFirst(scheme.utf8.count).drop { $0 != slash && $0 != UInt8(ascii: "?") }
            if rest.first != slash { rest = [slash] + rest }
        }
        let parts = rest.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let decoded = HTTPTarget.decode(first, plusIsSpace: false) else { return nil }
        let isClimbing = decoded.utf8.split(separator: slash).contains {
            $0.elementsEqual(".".utf8) || $0.elementsEqual("..".utf8)
        }
        guard !isClimbing, !decoded.utf8.contains(0) else { return nil }
        path = decoded
        rawQuery = parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : ""
    }

    /// The fields of the query, decoded; a malformed escape stays as it is.
    package var query: [(name: String, value: String)] {
        rawQuery.utf8.split(separator: UInt8(ascii: "&")).map { field in
            let pair = field.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
                .map { HTTPTarget.decode($0, plusIsSpace: true) ?? String(decoding: $0, as: UTF8.self) }
            return (name: pair.first ?? "", value: pair.count > 1 ? pair[1] : "")
        }
    }

    private static func decode(_ bytes: some Collection<UInt8>, plusIsSpace: Bool) -> String? {
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
