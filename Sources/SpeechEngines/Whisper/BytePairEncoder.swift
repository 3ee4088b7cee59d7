/// Turns text into Whisper's tokens by byte-pair encoding: of two neighbours whose bytes together are a token, those
/// with the lowest number are joined first.
package struct BytePairEncoder: Sendable {
    /// Longer pieces are cut, because joining takes the square of a piece's length; words are shorter.
    private static let longestPiece = 128
    private static let free: Int32 = -1

    private let tokens: WhisperTokens
    /// Numbers of the tokens by a hash of their bytes; a power of two of places, at most half of them taken.
    private let places: [Int32]

    package init(_ tokens: WhisperTokens) {
        var capacity = 1
        while capacity < 2 * tokens.count { capacity *= 2 }
        var places = [Int32](repeating: Self.free, count: capacity)
        for token in 0..<tokens.count where !tokens.bytes(of: token).isEmpty {
            var place = Self.hash(tokens.bytes(of: token)) & (capacity - 1)
            while places[place] != Self.free { place = (place + 1) & (capacity - 1) }
            places[place] = Int32(truncatingIfNeeded: token)
        }
        self.tokens = tokens
        self.places = places
    }

    /// - Returns: tokens that stand for the text; bytes that are no token, of a damaged table, are left out.
    package func encode(_ text: String) -> [Int] {
        PreTokenizer.pieces(text).flatMap { piece in
            stride(from: 0, to: piece.count, by: Self.longestPiece).flatMap {
                encode(piece[$0..<min($0 + Self.longestPiece, piece.count)])
            }
        }
    }

    private func encode(_ piece: ArraySlice<UInt8>) -> [Int] {
        if let token = token(piece) { return [token] }
        var bounds = Array(piece.startIndex...piece.endIndex)
        while let position = lowestPair(bounds, piece) { bounds.remove(at: position + 1) }
        return zip(bounds, bounds.dropFirst()).compactMap { token(piece[$0..<$1]) }
    }

    /// The neighbours to join next, by the first one's position in `bounds`; nil where none are a token together.
    private func lowestPair(_ bounds: [Int], _ piece: ArraySlice<UInt8>) -> Int? {
        guard bounds.count > 2 else { return nil }
        var best: (token: Int, position: Int)?
        for position in 0..<bounds.count - 2 {
            guard let token = token(piece[bounds[position]..<bounds[position + 2]]) else { continue }
            if best.map({ token < $0.token }) ?? true { best = (token, position) }
        }
        return best?.position
    }

    private func token(_ bytes: ArraySlice<UInt8>) -> Int? {
        var place = Self.hash(bytes) & (places.count - 1)
        while places[place] != Self.free {
            let token = Int(places[place])
            if tokens.bytes(of: token) == bytes { return token }
            place = (place + 1) & (places.count - 1)
        }
        return nil
    }

    /// FNV-1a, so that numbers repeat from run to run; never negative.
    private static func hash(_ bytes: ArraySlice<UInt8>) -> Int {
        var hash: UInt32 = 2_166_136_261
        for byte in bytes { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return Int(hash)
    }
}
