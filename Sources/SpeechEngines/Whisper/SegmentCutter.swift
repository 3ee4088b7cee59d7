import VoicePipeline

/// Parts of a text to show one after another: about a sentence each, cut where the speaker stops.
package enum SegmentCutter {
    /// Silence that ends a segment, seconds.
    private static let pause = 1.0
    /// A segment of this length ends at the next comma, and one of the other at the next word, seconds.
    private static let long = 7.0
    private static let longest = 12.0

    /// - Parameters:
    ///   - words: of a text.
    ///   - times: as many.
    /// - Returns: ranges of words that follow each other; none for no words.
    package static func cut(_ words: [WhisperWord], _ times: [TimedWord]) -> [Range<Int>] {
        var segments: [Range<Int>] = []
        var start = 0
        for index in words.indices.dropLast() where index < times.count - 1 {
            let length = times[index].end - times[start].start
            let comma = ",;:，、；：".contains(words[index].text.last ?? " ")
            guard
                words[index].endsSentence || times[index + 1].start - times[index].end >= pause
                    || length >= longest || (comma && length >= long)
            else { continue }
            segments.append(start..<index + 1)
            start = index + 1
        }
        if start < words.count { segments.append(start..<words.count) }
        return segments
    }
}
