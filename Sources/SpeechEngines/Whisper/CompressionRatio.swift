import Glibc

/// How much shorter text becomes when it is compressed: a text that goes round in circles much more than speech does.
///
/// An estimate of what zlib makes of it, without its library: repeats are found as DEFLATE (RFC 1951) finds them, and
/// the cost of what is left is that of its fixed code, or of a code made for the text, whichever is less.
package enum CompressionRatio {
    /// Above this a text repeats itself too much to be believed; the value is Whisper's own.
    package static let limit: Float = 2.4

    private static let longestMatch = 258
    /// Bits of block head and end, and bytes of zlib's head and check sum.
    private static let frameBits = 10.0
    private static let frameBytes = 6.0

    /// - Parameter text: any length; time grows with its square, which is for texts of a few hundred words.
    /// - Returns: UTF-8 length over compressed length; 1 for an empty text.
    package static func of(_ text: String) -> Float {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else { return 1 }
        let symbols = symbols(bytes)
        let bits = min(fixedBits(symbols), ownBits(symbols)) + frameBits
        return Float(Double(bytes.count) / ((bits / 8).rounded(.up) + frameBytes))
    }

    private enum Symbol {
        case literal(UInt8)
        case match(length: Int, distance: Int)
    }

    /// The longest repeat at each place, as long as three bytes at least.
    private static func symbols(_ bytes: [UInt8]) -> [Symbol] {
        var symbols: [Symbol] = []
        var position = 0
        while position < bytes.count {
            let match = match(at: position, bytes)
            // A longer repeat that begins with the next byte is worth a literal.
            if match.length >= 3, self.match(at: position + 1, bytes).length <= match.length {
                symbols.append(.match(length: match.length, distance: match.distance))
                position += match.length
            } else {
                symbols.append(.literal(bytes[position]))
                position += 1
            }
        }
        return symbols
    }

    private static func match(at position: Int, _ bytes: [UInt8]) -> (length: Int, distance: Int) {
        var best = (length: 0, distance: 0)
        let most = min(longestMatch, bytes.count - position)
        var start = position - 1
        while start >= max(0, position - 32768), best.length < most {
            var length = 0
            while length < most, bytes[start + length] == bytes[position + length] { length += 1 }
            if length > best.length { best = (length, position - start) }
            start -= 1
        }
        return best
    }

    private static func fixedBits(_ symbols: [Symbol]) -> Double {
        symbols.reduce(0) { bits, symbol in
            switch symbol {
            case .literal(let byte): bits + (byte < 144 ? 8 : 9)
            case .match(let length, let distance):
                bits + (length < 115 ? 7 : 8) + 5 + extraBits(length: length) + extraBits(distance: distance)
            }
        }
    }

    /// With a code of the text's own: the entropy of what is coded, and the code itself.
    private static func ownBits(_ symbols: [Symbol]) -> Double {
        var signs: [Int: Int] = [256: 1]
        var distances: [Int: Int] = [:]
        var bits = 0.0
        for symbol in symbols {
            switch symbol {
            case .literal(let byte): signs[Int(byte), default: 0] += 1
            case .match(let length, let distance):
                let (extraLength, extraDistance) = (extraBits(length: length), extraBits(distance: distance))
                bits += extraLength + extraDistance
                // Each bit more stands for a class of lengths twice as wide, of which there are four, or two distances.
                signs[257 + Int(extraLength) * 4 + (length - 3) >> Int(extraLength) & 3, default: 0] += 1
                distances[Int(extraDistance) * 2 + (distance - 1) >> Int(extraDistance) & 1, default: 0] += 1
            }
        }
        // The table of code lengths: fitted to what zlib makes of texts of 100 to 700 bytes.
        let table = 150 + 3.5 * Double(signs.count + distances.count)
        return bits + entropy(signs) + entropy(distances) + table
    }

    private static func entropy(_ counts: [Int: Int]) -> Double {
        let total = Double(counts.values.reduce(0, +))
        // A code word has at least one bit.
        return counts.values.reduce(0) { $0 + Double($1) * max(1, log2(total / Double($1))) }
    }

    private static func extraBits(length: Int) -> Double {
        length < 11 || length == longestMatch ? 0 : log2(Double(length - 3)).rounded(.down) - 2
    }

    private static func extraBits(distance: Int) -> Double {
        distance < 5 ? 0 : log2(Double(distance - 1)).rounded(.down) - 1
    }
}
