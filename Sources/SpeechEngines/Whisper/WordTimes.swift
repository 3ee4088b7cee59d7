import VoicePipeline

/// Times of words, from the columns where each token's row is entered.
package enum WordTimes {
    /// A word is at most so many times as long as the middle one, at the beginning of the audio and around the ends of
    /// sentences, where a path through the attention weights has nothing to hold on to.
    private static let stretch = 2.0
    /// A word without a time of its own gets so much of the silence before it, seconds.
    private static let shortest = 0.06
    /// The middle length counts as no more than this, seconds.
    private static let longestMiddle = 0.7

    /// - Parameters:
    ///   - words: of the text.
    ///   - starts: for each token and the end of the text the position, 20 ms each, where the decoder turned to it.
    ///   - logProbabilities: of the tokens.
    ///   - energy: of the audio.
    ///   - duration: of the audio in seconds.
    /// - Returns: as many as `words`; times do not overlap and rise.
    package static func times(
        _ words: [WhisperWord], starts: [Int], logProbabilities: [Float], energy: SpeechEnergy, duration: Double
    ) -> [TimedWord] {
        func time(_ token: Int) -> Double {
            starts.indices.contains(token) ? min(Double(starts[token]) * SpeechEnergy.step, duration) : duration
        }
        var times = words.map {
            time($0.spoken.lowerBound)..<max(time($0.spoken.lowerBound), time($0.spoken.upperBound))
        }
        let lengths = times.map { $0.upperBound - $0.lowerBound }.filter { $0 > 0 }.sorted()
        let middle = min(lengths.isEmpty ? longestMiddle : lengths[lengths.count / 2], longestMiddle)
        for index in times.indices {
            let time = energy.trimmed(times[index])
            let follows = index == 0 || words[index - 1].endsSentence
            times[index] = shortened(
                time, to: middle * stretch, follows: follows, ends: words[index].endsSentence)
        }
        for index in times.indices where times[index].upperBound - times[index].lowerBound < shortest {
            let before = index == 0 ? 0 : times[index - 1].upperBound
            let start = max(before, times[index].upperBound - shortest)
            times[index] = min(start, times[index].lowerBound)..<times[index].upperBound
        }
        return words.indices.map { index in
            let word = words[index]
            let scores = word.tokens.filter(logProbabilities.indices.contains).map { logProbabilities[$0] }
            return TimedWord(
                start: rounded(times[index].lowerBound), end: rounded(times[index].upperBound),
                text: word.text.trimmingWhitespace,
                followsSpace: word.text.first == " ",
                probability: scores.isEmpty
                    ? 0 : scores.reduce(0) { $0 + Softmax.exponential($1) } / Float(scores.count))
        }
    }

    /// To milliseconds, because a multiple of 0.02 is not what it looks like.
    private static func rounded(_ seconds: Double) -> Double { (seconds * 1000).rounded() / 1000 }

    private static func shortened(
        _ time: Range<Double>, to longest: Double, follows: Bool, ends: Bool
    ) -> Range<Double> {
        guard time.upperBound - time.lowerBound > longest else { return time }
        if follows { return time.upperBound - longest..<time.upperBound }
        return ends ? time.lowerBound..<time.lowerBound + longest : time
    }
}
