import VoicePipeline

/// The bytes that each token of a Moonshine model stands for.
package struct MoonshineTokens: Sendable {
    /// Ends the text. Lower ids are marks, too.
    package static let end = 2
    package static let start = 1

    private var bytes: [UInt8] = []
    /// Where each token's bytes begin in `bytes`, and the end of the last.
    private var starts: [Int] = [0]

    /// Number of tokens.
    package var count: Int { starts.count - 1 }

    /// Reads `tokenizer.bin`: for each token its length and its bytes. A length below 128 is one byte; a longer one is
    /// two, the low seven bits with the eighth set, then the rest.
    /// - Throws: `.unavailable` for a file that breaks off or has more than a million tokens.
    package init(file: [UInt8], path: String) throws(EngineError) {
        bytes.reserveCapacity(file.count)
        var position = 0
        while position < file.count {
            var length = Int(file[position])
            position += 1
            if length >= 128 {
                guard position < file.count else { throw Self.damaged(path) }
                length += Int(file[position]) * 128 - 128
                position += 1
            }
            guard length <= file.count - position, count < 1_000_000 else { throw Self.damaged(path) }
            bytes += file[position..<position + length]
            starts.append(bytes.count)
            position += length
        }
        guard count > Self.end + 1 else { throw Self.damaged(path) }
    }

    /// The text of a row of tokens; marks stand for nothing, and bytes that are not UTF-8 become U+FFFD.
    package func text(_ tokens: [Int]) -> String {
        var text: [UInt8] = []
        for token in tokens where token > Self.end && token < count {
            text += bytes[starts[token]..<starts[token + 1]]
        }
        // U+2581 stands for a space in such vocabularies.
        return String(decoding: text, as: UTF8.self).replacing("\u{2581}", with: " ")
    }

    private static func damaged(_ path: String) -> EngineError {
        .unavailable("\(path) is no table of tokens: run scripts/setup.sh --with moonshine-tiny-en")
    }
}
