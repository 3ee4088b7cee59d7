/// Cuts a reply into pieces to speak while it is still being written.
///
/// A piece is a whole sentence or line where that is short enough, else part of one, cut at a clause or a space. It is
/// given out as soon as the text behind it shows that it has ended, and without the marks that are only meant for
/// eyes (`SpokenText`).
///
///     text so far    "It is 3.5 km. Dr. Wu knows th"
///     given out      "It is 3.5 km."
///     kept           "Dr. Wu knows th"
///
/// The pieces do not depend on how the text is dealt out to `add`.
public struct SentenceSplitter: Sendable {
    /// How an answer begins.
    public enum FirstPiece: Sendable {
        /// With a whole sentence.
        case sentence
        /// With a few words, which are spoken while the rest is still being thought: see `ClauseCutter`. The piece
        /// after them is of middling length, because it must be there when they are over.
        case short
    }

    /// Characters of a piece at most, before marks are taken out; at least 20.
    public let maximumLength: Int
    public let firstPiece: FirstPiece
    private var pending = ""
    private var stage: Stage

    /// How far the answer is.
    private enum Stage {
        /// So many words were given out, too few to speak while the next piece is made.
        case opening(words: Int)
        /// The opening was given out.
        case following
        case flowing
    }

    /// Characters of the piece behind a short opening at most. Three words are spoken for about a second, and a voice
    /// needs a quarter of that for a hundred characters, if it is alone on its machine.
    static let secondPiece = 100

    public init(maximumLength: Int = 200, firstPiece: FirstPiece = .sentence) {
        self.maximumLength = max(20, maximumLength)
        self.firstPiece = firstPiece
        stage = Self.firstStage(firstPiece)
    }

    private static func firstStage(_ firstPiece: FirstPiece) -> Stage {
        firstPiece == .short ? .opening(words: 0) : .flowing
    }

    /// The pieces of a text that is there as a whole.
    public static func pieces(
        of text: String, maximumLength: Int = 200, firstPiece: FirstPiece = .sentence
    ) -> [String] {
        var splitter = SentenceSplitter(maximumLength: maximumLength, firstPiece: firstPiece)
        return splitter.add(text) + splitter.finish()
    }

    /// Takes the next part of the reply, of any length.
    /// - Returns: the pieces that became complete, in order; none is empty.
    public mutating func add(_ delta: String) -> [String] {
        // A character may arrive in two deltas, so they are joined as text before they are taken apart.
        pending += delta
        return take(isFinal: false)
    }

    /// What was not given out yet.
    package var pendingText: String { pending }

    /// Takes what is left as the end of the reply; the splitter is then as new.
    public mutating func finish() -> [String] {
        let pieces = take(isFinal: true)
        pending = ""
        stage = Self.firstStage(firstPiece)
        return pieces
    }

    private var isOpening: Bool { if case .opening = stage { true } else { false } }

    /// Characters of the next piece at most.
    private var limit: Int {
        if case .following = stage { min(maximumLength, Self.secondPiece) } else { maximumLength }
    }

    private mutating func gave(_ piece: String) {
        switch stage {
        case .opening(let before):
            // "Sure!" is over before anything longer could be made, so what follows it is short too.
            let words = before + piece.split(whereSeparator: \.isWhitespace).count
            stage = words < ClauseCutter.wordsBeforeMark ? .opening(words: words) : .following
        case .following, .flowing: stage = .flowing
        }
    }

    private mutating func take(isFinal: Bool) -> [String] {
        let characters = Array(pending)
        var pieces: [String] = []
        var start = 0
        while let end = nextEnd(in: characters, from: start, isFinal: isFinal) {
            let piece = SpokenText.clean(String(characters[start..<end]))
            if !piece.isEmpty {
                pieces.append(piece)
                gave(piece)
            }
            start = end
        }
        if start > 0 { pending = String(characters[start...]) }
        return pieces
    }

    /// Where the piece that begins at `start` ends, or nil if that cannot be known yet.
    private func nextEnd(in characters: [Character], from start: Int, isFinal: Bool) -> Int? {
        guard start < characters.count else { return nil }
        let limit = limit
        var index = start
        while index < characters.count, index - start < limit {
            var finding = SentenceEnd.find(at: index, in: characters, from: start, isFinal: isFinal)
            if finding == .none, isOpening {
                finding = ClauseCutter.find(
                    at: index, in: characters, from: start, limit: start + limit, isFinal: isFinal)
            }
            switch finding {
            case .end(let end): return min(end, start + limit)
            case .undecided where characters.count - start <= limit: return nil
            case .undecided, .none: index += 1
            }
        }
        if index - start >= limit, characters.count - start > limit {
            return Self.cut(in: characters, from: start, to: start + limit)
        }
        return isFinal ? characters.count : nil
    }

    /// Where to cut a sentence that is too long: behind the last clause, else before the last phrase, else
    /// behind the last space.
    private static func cut(in characters: [Character], from start: Int, to limit: Int) -> Int {
        // A short first part would leave the rest no shorter.
        let earliest = start + (limit - start) / 4
        var space: Int?
        var clause: Int?
        var phrase: Int?
        for index in stride(from: limit - 1, to: earliest, by: -1) {
            let character = characters[index]
            if character.isWhitespace {
                if space == nil { space = index + 1 }
                if phrase == nil, ClauseCutter.isPhrase(behind: index, in: characters[start..<limit]) {
                    phrase = index + 1
                }
                let before = characters[index - 1]
                if SentenceEnd.terminators.contains(before), !Abbreviations.isOne(before: index - 1, in: characters) {
                    return index + 1
                }
                if clause == nil, clauseMarks.contains(before) { clause = index + 1 }
            } else if clause == nil, wideClauseMarks.contains(character) {
                clause = index + 1
            }
        }
        return clause ?? phrase ?? space ?? limit
    }

    private static let clauseMarks: Set<Character> = [",", ";", ":", "—", "–", "-", ")"]
    /// These stand without a space behind them.
    private static let wideClauseMarks: Set<Character> = ["，", "、", "；", "：", "—"]
}
