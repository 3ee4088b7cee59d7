/// A stretch of a recording that holds speech and begins and ends in silence, where the speaker left any.
package struct RecordingWindow: Equatable, Sendable {
    /// Place of the first sample in the recording.
    package var start: Int
    /// 16 kHz, mono.
    package var samples: [Float]
    /// Where speech is, from the first sample on; the last samples may not fill a frame.
    package var frames: SpeechFrames

    package init(start: Int, samples: [Float], frames: SpeechFrames) {
        self.start = start
        self.samples = samples
        self.frames = frames
    }

    package var end: Int { start + samples.count }

    /// From the first to the last frame with speech: places in the recording.
    package var speech: Range<Int> {
        let speech = frames.speech ?? 0..<0
        return start + speech.lowerBound * frames.length..<start + speech.upperBound * frames.length
    }

    /// Bytes of text a second of speech has at least. Slow readers say 12 characters and more; a recognizer that gave up
    /// behind the first of several sentences leaves about five.
    private static let leastText = 10.0
    /// Seconds of speech from which that can be told.
    private static let leastSpeech = 1.5

    /// Whether a text is too short to be all that was said here.
    func isMore(than text: String) -> Bool {
        let seconds = Double(frames.voiced * frames.length) / 16_000
        return seconds >= Self.leastSpeech && Double(text.utf8.count) < Self.leastText * seconds
    }

    /// The window in two parts, cut in its longest pause; none where there is no pause.
    /// - Parameters: as `WindowCutter.Settings` has them, seconds.
    func halves(gap: Double, margin: Double) -> [RecordingWindow] {
        let gaps = frames.gaps(atLeast: frames.frames(gap)).filter { $0.upperBound < frames.count }
        guard let longest = gaps.max(by: { $0.count < $1.count }) else { return [] }
        let kept = min(frames.frames(margin), longest.count / 2)
        return [
            part(0..<longest.lowerBound + kept, until: (longest.lowerBound + kept) * frames.length),
            part(longest.upperBound - kept..<frames.count, until: samples.count),
        ]
    }

    private func part(_ range: Range<Int>, until end: Int) -> RecordingWindow {
        let first = min(range.lowerBound * frames.length, samples.count)
        return RecordingWindow(
            start: start + first, samples: Array(samples[first..<max(first, min(end, samples.count))]),
            frames: SpeechFrames(length: frames.length, probabilities: Array(frames.probabilities[range])))
    }
}
