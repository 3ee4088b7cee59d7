/// Which words are where in an answer's audio.
package struct SpokenMarks: Equatable, Sendable {
    private struct Piece: Equatable {
        var text: String
        /// Samples.
        var count: Int
    }

    private var pieces: [Piece] = []
    /// Samples of all pieces.
    package private(set) var count = 0

    package init() {}

    package var isEmpty: Bool { pieces.isEmpty }

    /// Adds the next piece, of so many samples.
    package mutating func append(_ text: String, count: Int) {
        pieces.append(Piece(text: text, count: count))
        self.count += count
    }

    /// The last piece ended at this sample, and not where it was to end.
    package mutating func end(at position: Int) {
        guard !pieces.isEmpty, position < count else { return }
        let missing = min(count - position, pieces[pieces.count - 1].count)
        pieces[pieces.count - 1].count -= missing
        count -= missing
    }

    /// The words that were spoken when so many samples had been played: whole ones. Within a piece, the share of its
    /// letters is taken to be the share of its audio.
    package func words(until position: Int) -> String {
        var left = max(0, position)
        var spoken: [Substring] = []
        for piece in pieces {
            guard left < piece.count else {
                spoken.append(piece.text[...])
                left -= piece.count
                continue
            }
            spoken.append(Self.beginning(of: piece.text, letters: piece.text.count * left / piece.count))
            break
        }
        return spoken.filter { !$0.isEmpty }.joined(separator: " ")
    }

    private static func beginning(of text: String, letters: Int) -> Substring {
        var end = text.startIndex
        for (offset, index) in zip(1..., text.indices) where offset <= letters {
            let next = text.index(after: index)
            let isBreak = next == text.endIndex || text[next].isWhitespace
            if isBreak, !text[index].isWhitespace { end = next }
        }
        return text[..<end]
    }
}
