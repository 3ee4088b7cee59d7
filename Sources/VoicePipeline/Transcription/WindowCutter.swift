/// Cuts a recording into windows for a recognizer, in the silence between words, as it is read.
///
///     ....speech.speech..speech....speech.speech........speech...
///     ..[ window                ][ window         ]....[ window ]
///       lead       longest gap of those late enough     ^ silence is skipped
///
/// - A window begins a little before speech. It ends behind speech when silence lasts, or, once it is long enough, in the
///   longest gap there is; where nobody pauses, at the next gap; and where there is none, at the quietest place.
/// - Windows hold every sample with speech once. Only silence is left out.
package struct WindowCutter: Sendable {
    /// Lengths in seconds.
    package struct Settings: Equatable, Sendable {
        /// A window that goes on is not cut before this.
        package var shortest = 7.0
        /// From here on it is cut at the longest gap so far.
        package var preferred = 14.0
        /// No window is longer.
        package var longest = 28.0
        /// A pause that ends any window.
        package var pause = 2.0
        /// Silence that is left before and behind speech.
        package var margin = 0.3
        /// The shortest silence that is a gap.
        package var gap = 0.16

        package init() {}
    }

    /// Frames with speech that make a window worth recognising; fewer are noise.
    static let framesNeeded = SpeechGate.framesNeeded
    /// Silence of which the reader is told, seconds.
    private static let silenceTold = 30.0

    private let settings: Settings
    /// Samples that are not in a window yet, and the place of the first.
    private var samples: [Float] = []
    private var origin = 0
    /// Those of `samples` that are whole.
    private var heard: SpeechFrames
    private var told = 0

    /// - Parameter frameLength: samples of a frame of the detector.
    package init(frameLength: Int, settings: Settings = Settings()) {
        heard = SpeechFrames(length: frameLength)
        self.settings = settings
    }

    /// Takes the next samples, and the probability of speech for each frame that became whole.
    package mutating func append(_ samples: [Float], _ probabilities: [Float]) -> [RecordingPart] {
        self.samples += samples
        heard.probabilities += probabilities
        return parts(isEnd: false)
    }

    /// The rest; the last part says where the recording ends.
    package mutating func finish() -> [RecordingPart] {
        let end = origin + samples.count
        // What is left of a frame belongs to the one before.
        return parts(isEnd: true) + [.silence(until: end)]
    }

    private mutating func parts(isEnd: Bool) -> [RecordingPart] {
        var parts: [RecordingPart] = []
        while let window = next(isEnd: isEnd) {
            // A few loud frames that nothing follows are a noise.
            guard let window else { continue }
            parts.append(.window(window))
            told = window.end
        }
        if Double(origin - told) >= Self.silenceTold * 16_000 {
            told = origin
            parts.append(.silence(until: origin))
        }
        return parts
    }

    /// - Returns: nil when nothing can be cut off yet; a window that is nil in itself when what was cut off is noise.
    private mutating func next(isEnd: Bool) -> RecordingWindow?? {
        let margin = frames(settings.margin)
        guard let speech = heard.speech else {
            drop(isEnd ? heard.count : heard.count - margin)
            return nil
        }
        drop(speech.lowerBound - margin)
        let gaps = heard.gaps(atLeast: frames(settings.gap))
        let trailing = gaps.last.flatMap { $0.upperBound == heard.count ? $0 : nil }
        if let trailing, trailing.count >= frames(settings.pause) { return cut(at: trailing) }
        if let gap = best(of: gaps) { return cut(at: gap) }
        if heard.count >= frames(settings.longest) {
            let place = quietest()
            return cut(at: gaps.last ?? place..<place)
        }
        guard isEnd else { return nil }
        return cut(at: trailing ?? heard.count..<heard.count)
    }

    /// The longest gap of those that are late enough, once the window is long; the first of those that come later still.
    private func best(of gaps: [Range<Int>]) -> Range<Int>? {
        guard heard.count >= frames(settings.preferred) else { return nil }
        let late = gaps.filter { $0.lowerBound >= frames(settings.shortest) }
        return late.filter { $0.lowerBound <= frames(settings.preferred) }.max { $0.count < $1.count } ?? late.first
    }

    /// The frame in the middle of the 0.3 s with the least power, in the second half but its last second.
    private func quietest() -> Int {
        let powers = heard.probabilities.indices.map { frame in
            samples[frame * heard.length..<(frame + 1) * heard.length].reduce(Float(0)) { $0 + $1 * $1 }
        }
        let reach = max(1, frames(0.15))
        let until = max(powers.count / 2 + 1, min(powers.count - frames(1), frames(settings.longest)))
        var best = powers.count / 2
        var least = Float.infinity
        for frame in powers.count / 2..<until {
            let around = powers[max(0, frame - reach)...min(powers.count - 1, frame + reach)].reduce(0, +)
            if around < least {
                least = around
                best = frame
            }
        }
        return max(1, best)
    }

    /// Cuts off what is before a gap, with a margin of it; what is left begins with a margin, too.
    private mutating func cut(at gap: Range<Int>) -> RecordingWindow? {
        let isLast = gap.lowerBound >= heard.count
        let margin = min(frames(settings.margin), gap.count / 2)
        let end = isLast ? heard.count : gap.lowerBound + margin
        let window = RecordingWindow(
            start: origin, samples: Array(samples.prefix(isLast ? samples.count : end * heard.length)),
            frames: SpeechFrames(length: heard.length, probabilities: Array(heard.probabilities[..<end])))
        drop(isLast ? end : max(end, gap.upperBound - margin))
        return window.frames.voiced >= Self.framesNeeded ? window : nil
    }

    /// Forgets frames at the beginning.
    private mutating func drop(_ count: Int) {
        guard count > 0 else { return }
        let count = min(count, heard.count)
        heard.probabilities.removeFirst(count)
        samples.removeFirst(count * heard.length)
        origin += count * heard.length
    }

    private func frames(_ seconds: Double) -> Int { heard.frames(seconds) }
}
