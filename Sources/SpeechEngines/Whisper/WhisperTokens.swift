import VoicePipeline

/// The bytes that each text token stands for.
package struct WhisperTokens: Sendable {
    private var bytes: [UInt8] = []
    /// Where each token's bytes begin in `bytes`, and the end of the last.
    private var starts: [Int] = [0]

    /// Number of text tokens.
    package var count: Int { starts.count - 1 }

    /// Reads `tokens.txt`: a line a token, its bytes in base64, a space, its id; ids rise from 0 without gaps.
    /// - Parameter count: tokens that the file must have.
    /// - Throws: `.unavailable` that names the first bad line.
    package init(file: [UInt8], count: Int, path: String) throws(EngineError) {
        bytes.reserveCapacity(file.count / 2)
        starts.reserveCapacity(count + 1)
        var position = 0
        while position < file.count {
            let end = file[position...].firstIndex(of: UInt8(ascii: "\n")) ?? file.count
            guard take(file[position..<end]) else {
                throw .unavailable("\(path), line \(starts.count), is no token: run scripts/setup.sh")
            }
            position = end + 1
        }
        guard self.count == count else {
            throw .unavailable("\(path) has \(self.count) tokens, not \(count): run scripts/setup.sh")
        }
    }

    /// The bytes of one token; none for a number that is no text token.
    package func bytes(of token: Int) -> ArraySlice<UInt8> {
        token >= 0 && token < count ? bytes[starts[token]..<starts[token + 1]] : []
    }

    /// The text of a row of tokens; ids that are not text tokens stand for nothing, and bytes that are not UTF-8
    /// (a character cut in the middle) become U+FFFD.
    package func text(_ tokens: [Int]) -> String {
        var text: [UInt8] = []
        for token in tokens where token >= 0 && token < count {
            text += bytes[starts[token]..<starts[token + 1]]
        }
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func take(_ line: ArraySlice<UInt8>) -> Bool {
        guard let space = line.firstIndex(of: UInt8(ascii: " ")),
            Int(String(decoding: line[(space + 1)...], as: UTF8.self)) == count,
            decode(line[..<space])
        else { return false }
        starts.append(bytes.count)
        return true
    }

    /// Appends what a base64 text stands for.
    private mutating func decode(_ text: ArraySlice<UInt8>) -> Bool {
        // A token without bytes is written as a single sign.
        if text.elementsEqual([UInt8(ascii: "=")]) { return true }
        guard !text.isEmpty, text.count.isMultiple(of: 4) else { return false }
        var value: UInt32 = 0
        var bits = 0
        var padding = 0
        for character in text {
            if character == UInt8(ascii: "=") {
                padding += 1
                continue
            }
            guard padding == 0, let digit = Self.digit(character) else { return false }
            value = value << 6 | digit
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(bits)))
            }
        }
        return padding <= 2
    }

    private static func digit(_ character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
