/// A word in a subtitle, or a part of one that is longer than a line.
struct SubtitleWord: Equatable {
    /// Seconds from the beginning of the recording.
    var start: Double
    var end: Double
    /// Never empty, without white space or control characters.
    var text: String
    var followsSpace: Bool

    /// Characters with the space before it.
    var spacedLength: Int { text.count + (followsSpace ? 1 : 0) }

    var endsSentence: Bool { ".?!…。？！".contains(lastMark) }
    var endsClause: Bool { ",;:–—、，；：".contains(lastMark) }

    /// The last character that is no closing quote or bracket.
    private var lastMark: Character {
        text.last { !"\"'”’»)]".contains($0) } ?? " "
    }

    /// The words of a segment: as they were timed, else what stands between spaces, timed by their length.
    static func words(of segment: TranscriptSegment) -> [SubtitleWord] {
        guard segment.words.isEmpty else { return segment.words.flatMap(parts(of:)) }
        let whole = TimedWord(start: segment.start, end: segment.end, text: segment.text)
        return parts(of: whole)
    }

    /// Cuts at white space, and into parts that fit a line; the time is shared by length.
    private static func parts(of word: TimedWord) -> [SubtitleWord] {
        var texts: [(text: String, followsSpace: Bool)] = []
        let pieces = word.text.split(whereSeparator: isSpace)
        for (index, piece) in pieces.enumerated() {
            var rest = piece[...]
            var followsSpace = index > 0 || word.followsSpace
            while !rest.isEmpty {
                texts.append((String(rest.prefix(SubtitleCue.lineLength)), followsSpace))
                rest = rest.dropFirst(SubtitleCue.lineLength)
                followsSpace = false
            }
        }
        let total = Double(max(1, texts.reduce(0) { $0 + $1.text.count }))
        let duration = max(0, word.end - word.start)
        var before = 0
        return texts.map { part in
            let start = word.start + duration * Double(before) / total
            before += part.text.count
            return SubtitleWord(
                start: start, end: word.start + duration * Double(before) / total, text: part.text,
                followsSpace: part.followsSpace)
        }
    }

    private static func isSpace(_ character: Character) -> Bool {
        // A control character stands for nothing that could be shown.
        character.isWhitespace || character.unicodeScalars.allSatisfy { $0.value < 0x20 || $0.value == 0x7F }
    }
}
