import Transport

/// A key that a client shows: 256 random bits as text. Whoever has it may come in, so it is printed once and kept nowhere.
public struct APIKey: Sendable {
    /// How every made key begins, so that people and secret scanners recognise one.
    public static let prefix = "hotpin_"
    /// A longer text is no key; bytes.
    public static let maximumLength = 256

    public let text: String

    /// Makes a new key.
    /// - Parameter random: 32 bytes that nobody can guess.
    public init(random: [UInt8]) {
        text = Self.prefix + Self.encode(random)
    }

    /// What is stored of a key. One round of SHA-256 is enough: nobody guesses 256 random bits, however fast they try.
    /// - Returns: 32 bytes.
    public static func hash(_ key: some Sequence<UInt8>) -> [UInt8] {
        Digest.sha256(Array(key))
    }

    /// Whether a text could be a key at all: 1…256 visible ASCII characters, so that it fits into a header field.
    package static func isPossible(_ key: some Collection<UInt8>) -> Bool {
        (1...maximumLength).contains(key.count) && key.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// Base 64 in the form for URLs and file names, without padding (RFC 4648, section 5).
    private static func encode(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let word = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for digit in 0...group.count { text.append(alphabet[word >> (18 - 6 * digit) & 63]) }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
