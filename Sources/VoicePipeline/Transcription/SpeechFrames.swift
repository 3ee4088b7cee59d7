/// What a detector of voices says of a stretch of audio, frame by frame.
package struct SpeechFrames: Equatable, Sendable {
    /// Samples of a frame.
    package var length: Int
    /// Probability of speech in each frame.
    package var probabilities: [Float]

    /// A frame with a probability from this on holds speech, one below `quiet` is silence.
    static let loud: Float = 0.5
    static let quiet: Float = 0.35

    package init(length: Int, probabilities: [Float] = []) {
        self.length = max(1, length)
        self.probabilities = probabilities
    }

    var count: Int { probabilities.count }

    /// Frames with speech.
    var voiced: Int { probabilities.count { $0 >= Self.loud } }

    /// From the first to the last frame with speech; nil where there is none.
    var speech: Range<Int>? {
        guard let first = probabilities.firstIndex(where: { $0 >= Self.loud }),
            let last = probabilities.lastIndex(where: { $0 >= Self.loud })
        else { return nil }
        return first..<last + 1
    }

    /// Runs of silence behind speech that last some frames at least, also one that goes on to the end.
    func gaps(atLeast shortest: Int) -> [Range<Int>] {
        var gaps: [Range<Int>] = []
        var start: Int?
        var hasSpoken = false
        for (frame, probability) in probabilities.enumerated() {
            if probability < Self.quiet {
                if start == nil, hasSpoken { start = frame }
            } else {
                if let start, frame - start >= shortest { gaps.append(start..<frame) }
                start = nil
                hasSpoken = hasSpoken || probability >= Self.loud
            }
        }
        if let start, count - start >= shortest { gaps.append(start..<count) }
        return gaps
    }

    /// Frames that last so many seconds, rounded up.
    func frames(_ seconds: Double) -> Int { Int((seconds * 16_000 / Double(length)).rounded(.up)) }
}
