/// Cuts phonemes that are too many for one run.
package enum PhonemePieces {
    /// - Parameter maximum: symbols of a piece, at least 1.
    /// - Returns: pieces that together hold all symbols in order. They are cut behind the space after a mark, such as a
    ///   comma, where there is one in the second half, else behind a space.
    package static func pieces(of phonemes: [Unicode.Scalar], maximum: Int) -> [[Unicode.Scalar]] {
        let maximum = max(1, maximum)
        var pieces: [[Unicode.Scalar]] = []
        var rest = phonemes[...]
        while rest.count > maximum {
            let head = rest.prefix(maximum)
            let spaces = head.indices.filter { head[$0] == " " }
            let pause = spaces.last { $0 > head.startIndex + maximum / 2 && marks.contains(head[$0 - 1]) }
            let cut = (pause ?? spaces.last).map { $0 + 1 } ?? head.endIndex
            pieces.append(Array(rest[..<cut]))
            rest = rest[cut...]
        }
        if !rest.isEmpty { pieces.append(Array(rest)) }
        return pieces
    }

    private static let marks: Set<Unicode.Scalar> = [",", ";", ":", ".", "!", "?"]
}
