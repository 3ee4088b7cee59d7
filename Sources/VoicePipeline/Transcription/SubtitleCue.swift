/// What is shown at once in subtitles: one or two lines.
///
/// A segment that is longer becomes several cues, cut behind a sentence or clause where there is one. They share the
/// segment's time by the times of their words, or by their length where words have none.
struct SubtitleCue: Equatable {
    /// Milliseconds.
    var start: Int
    /// Milliseconds; after `start`.
    var end: Int
    /// None is empty or holds a line break.
    var lines: [String]

    /// Characters of a line, where words allow.
    static let lineLength = 42
    /// Lines of a cue.
    static let linesAtOnce = 2
    /// Later times are shown as this one: 99 hours.
    private static let latest = 99.0 * 3600

    static func cues(of segments: [TranscriptSegment]) -> [SubtitleCue] {
        segments.flatMap(cues(of:))
    }

    private static func cues(of segment: TranscriptSegment) -> [SubtitleCue] {
        let parts = SubtitleWord.words(of: segment)
        var cues: [SubtitleCue] = []
        var first = 0
        while first < parts.count {
            let end = cueEnd(parts, from: first)
            let start = milliseconds(parts[first].start)
            cues.append(
                SubtitleCue(
                    start: start, end: max(start + 1, milliseconds(parts[end - 1].end)),
                    lines: balanced(parts[first..<end])))
            first = end
        }
        return cues
    }

    /// Where the cue that begins at `first` ends: when its lines are full, or behind the last sentence, else clause, in
    /// its second half.
    private static func cueEnd(_ words: [SubtitleWord], from first: Int) -> Int {
        var end = first + 1
        while end < words.count, fits(words[first...end]) { end += 1 }
        guard end < words.count else { return end }
        var clause: Int?
        for place in stride(from: end - 1, to: first, by: -1) {
            guard length(words[first...place]) >= lineLength else { break }
            if words[place].endsSentence { return place + 1 }
            if clause == nil, words[place].endsClause { clause = place + 1 }
        }
        return clause ?? end
    }

    /// Whether words fit into the lines of one cue.
    private static func fits(_ words: ArraySlice<SubtitleWord>) -> Bool {
        var lines = 1
        var length = 0
        for (index, word) in words.enumerated() {
            let added = index == 0 ? word.text.count : word.spacedLength
            if length > 0, length + added > lineLength {
                lines += 1
                length = word.text.count
            } else {
                length += added
            }
        }
        return lines <= linesAtOnce
    }

    /// One line, or two of about the same length.
    private static func balanced(_ words: ArraySlice<SubtitleWord>) -> [String] {
        guard length(words) > lineLength, words.count > 1 else { return [text(words)] }
        var best = words.startIndex + 1
        var shortest = Int.max
        for place in words.indices.dropFirst() {
            let longer = max(length(words[..<place]), length(words[place...]))
            if longer < shortest {
                shortest = longer
                best = place
            }
        }
        return [text(words[..<best]), text(words[best...])]
    }

    private static func length(_ words: ArraySlice<SubtitleWord>) -> Int {
        words.dropFirst().reduce(words.first?.text.count ?? 0) { $0 + $1.spacedLength }
    }

    private static func text(_ words: ArraySlice<SubtitleWord>) -> String {
        words.dropFirst().reduce(words.first?.text ?? "") { $0 + ($1.followsSpace ? " " : "") + $1.text }
    }

    private static func milliseconds(_ seconds: Double) -> Int {
        seconds.isFinite ? Int((min(max(0, seconds), latest) * 1000).rounded()) : 0
    }
}
