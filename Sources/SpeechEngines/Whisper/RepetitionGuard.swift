/// Notices that a decoder goes round in circles, and takes the copies off.
package struct RepetitionGuard: Equatable, Sendable {
    /// Tokens below which nothing counts as a circle, because people do repeat themselves: 3.5 for every second.
    private let enough: Double

    /// - Parameter duration: length of the audio in seconds.
    package init(duration: Double) {
        enough = 3.5 * duration
    }

    /// Removes the copies when the tokens end with a circle: three or more tokens said twice, or one or two said four
    /// times. The first of them stays.
    /// - Returns: whether there was one; decoding should stop then.
    package func cut(_ tokens: inout [Int]) -> Bool {
        guard Double(tokens.count) >= enough, let length = circle(tokens) else { return false }
        while Self.ends(tokens, with: length, times: 2) { tokens.removeLast(length) }
        return true
    }

    private func circle(_ tokens: [Int]) -> Int? {
        guard tokens.count >= 4 else { return nil }
        return (1...tokens.count / 2).first { Self.ends(tokens, with: $0, times: $0 >= 3 ? 2 : 4) }
    }

    /// Whether the tokens end with the same `length` tokens said `times` times.
    private static func ends(_ tokens: [Int], with length: Int, times: Int) -> Bool {
        let span = length * times
        guard tokens.count >= span else { return false }
        let tail = tokens.suffix(span)
        return zip(tail, tail.dropFirst(length)).allSatisfy { $0 == $1 }
    }

    /// Tokens of a phrase that is looked at when it stands twice at the end of a text; fewer people do say twice quickly.
    private static let phrase = 4

    /// Positions of the audio, 20 ms each, that a token of the fastest speech takes: few people say more than eight a second.
    private static let positionsOfToken = 4

    /// How many tokens at the end repeat those before them without having been said: speech takes its time, and a decoder
    /// that goes round in circles has no sound left for the copy.
    /// - Parameter starts: for each token and the end of the text the position of the audio where the decoder turned to
    ///   it.
    /// - Returns: 0 for none.
    package static func unspoken(_ tokens: [Int], starts: [Int]) -> Int {
        guard starts.count == tokens.count + 1, let length = repeated(tokens) else { return 0 }
        let copy = tokens.count - length
        return starts[tokens.count] - starts[copy] < positionsOfToken * length ? length : 0
    }

    /// The longest phrase that stands twice at the end.
    package static func repeated(_ tokens: [Int]) -> Int? {
        guard tokens.count >= 2 * phrase else { return nil }
        return (phrase...tokens.count / 2).last { ends(tokens, with: $0, times: 2) }
    }
}
