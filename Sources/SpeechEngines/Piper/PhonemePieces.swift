/// Cuts phonemes that are too many for one run: 200 characters of digits are a minute of speech.
package enum PhonemePieces {
    /// - Parameter maximum: symbols of a piece, at least 1.
    /// - Returns: pieces that together hold all symbols in order, cut behind a space where there is one.
    package static func pieces(of phonemes: [Unicode.Scalar], maximum: Int) -> [[Unicode.Scalar]] {
        var pieces: [[Unicode.Scalar]] = []
        var rest = phonemes[...]
        while rest.count > max(1, maximum) {
            let head = rest.prefix(max(1, maximum))
            let cut = head.lastIndex(of: " ").map { $0 + 1 } ?? head.endIndex
            pieces.append(Array(rest[..<cut]))
            rest = rest[cut...]
        }
        if !rest.isEmpty { pieces.append(Array(rest)) }
        return pieces
    }
}
