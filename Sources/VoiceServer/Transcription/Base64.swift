/// Base64 as clients send it: padded or not, with line ends, with either alphabet.
/// - Source: RFC 4648, sections 4 and 5.
package enum Base64 {
    /// - Returns: nil for what is no base64.
    package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        let values = values
        var bits: UInt32 = 0
        var digits = 0
        var padding = 0
        for character in text {
            let value = values[Int(character)]
            switch value {
            case space: continue
            case equals:
                padding += 1
                guard padding <= 2 else { return nil }
                continue
            case invalid: return nil
            default: break
            }
            // Nothing comes behind the padding.
            guard padding == 0 else { return nil }
            bits = bits << 6 | UInt32(value)
            digits += 1
            if digits == 4 {
                bytes.append(UInt8(truncatingIfNeeded: bits >> 16))
                bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
                bytes.append(UInt8(truncatingIfNeeded: bits))
                (bits, digits) = (0, 0)
            }
        }
        switch digits {
        case 0: return padding == 0 ? bytes : nil
        case 2 where padding == 0 || padding == 2: bytes.append(UInt8(truncatingIfNeeded: bits >> 4))
        case 3 where padding <= 1:
            bytes.append(UInt8(truncatingIfNeeded: bits >> 10))
            bytes.append(UInt8(truncatingIfNeeded: bits >> 2))
        default: return nil
        }
        return bytes
    }

    private static let space: UInt8 = 64
    private static let equals: UInt8 = 65
    private static let invalid: UInt8 = 255

    /// By character: six bits, or one of the above.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: invalid, count: 256)
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        for (value, character) in alphabet.utf8.enumerated() { values[Int(character)] = UInt8(value) }
        for character in "+-".utf8 { values[Int(character)] = 62 }
        for character in "/_".utf8 { values[Int(character)] = 63 }
        for character in " \t\r\n".utf8 { values[Int(character)] = space }
        values[Int(UInt8(ascii: "="))] = equals
        return values
    }()
}
