/// The `host[:port]` of a `Host` header or of an origin.
package struct Authority: Equatable, Sendable {
    /// In lower case, without a final dot; an address of version 6 without brackets.
    package var host: String
    package var port: Int?
    /// The host as a numeric address, if it is one.
    package var address: IPAddress?

    /// - Returns: nil unless it is well formed.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count <= 300 else { return nil }
        var name: Substring
        var rest: Substring
        let text = Substring(text)
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            name = text[text.index(after: text.startIndex)..<end]
            rest = text[text.index(after: end)...]
            guard name.contains(":"), let found = IPAddress(name) else { return nil }
            address = found
            host = found.description
        } else {
            name = text.prefix { $0 != ":" }
            rest = text[name.endIndex...]
            if name.hasSuffix(".") { name = name.dropLast() }
            guard !name.isEmpty, name.utf8.allSatisfy(Self.isNameByte) else { return nil }
            host = name.lowercased()
            address = IPAddress(host)
        }
        if rest.isEmpty { return }
        rest = rest.dropFirst(rest.hasPrefix(":") ? 1 : 0)
        guard rest.utf8.count <= 5, rest.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(rest),
            (1...65_535).contains(number)
        else { return nil }
        port = number
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
