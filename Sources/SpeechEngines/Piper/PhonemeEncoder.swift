/// Turns phonemes into what a Piper model takes.
package enum PhonemeEncoder {
    private static let begin: Unicode.Scalar = "^"
    private static let end: Unicode.Scalar = "$"
    private static let pad: Unicode.Scalar = "_"

    /// Symbols that every voice must have.
    static let frame = [begin, end, pad]

    /// - Parameters:
    ///   - phonemes: one scalar a symbol; symbols that the voice does not know are left out.
    ///   - symbols: the voice's ids.
    /// - Returns: begin, pad, then each symbol followed by a pad, and end.
    /// - Source: Piper, `phonemes_to_ids`.
    package static func ids(of phonemes: [Unicode.Scalar], symbols: [Unicode.Scalar: [Int64]]) -> [Int64] {
        let padding = symbols[pad] ?? []
        var ids = (symbols[begin] ?? []) + padding
        for phoneme in phonemes {
            guard let known = symbols[phoneme] else { continue }
            ids += known
            ids += padding
        }
        return ids + (symbols[end] ?? [])
    }
}
