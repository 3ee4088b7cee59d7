/// The sound of a stream that is still needed, and where in it somebody speaks. It has no clock and does nothing.
///
///     samples ─► kept ─► utterance (start…) ─► ended, cut or flushed ─► forgotten
///
/// Without speech only what may turn out to be its beginning is kept. An utterance that grows long is cut at its next
/// pause, and before it is too long for one pass where speech is least likely.
package struct LiveWindow: Sendable {
    /// A part of the stream: positions are samples since its beginning.
    package struct Utterance: Equatable, Sendable {
        package var start: Int
        package var samples: [Float]

        package var end: Int { start + samples.count }
    }

    private static let frame = Endpointer.frameLength
    /// From here on an utterance is cut at a pause that would not end it, samples: 12 s. Longer ones are understood less
    /// well, and their text comes late.
    private static let long = 192_000
    /// An utterance is cut when it has become so long, samples: 28 s of the 30 that a pass takes.
    private static let longest = 448_000
    /// It is cut in its last 6 s.
    private static let cutting = 96_000
    /// A frame with a probability from this on holds speech.
    private static let spoken: Float = 0.3
    /// Kept before speech, and taken along behind it, samples: half a second, and 200 ms.
    private static let lead = 8000
    private static let tail = 3200

    private var endpointer: Endpointer
    private var samples: [Float] = []
    /// Position of the first of `samples`.
    private var base = 0
    /// Frames that were judged, since the beginning.
    private var frames = 0
    /// Position at which the endpointer began to count.
    private var origin = 0
    /// Position of the utterance's beginning; nil in silence.
    private var start: Int?
    /// Probability of speech of each frame of the utterance, from the one that holds `start` on.
    private var probabilities: [Float] = []

    package init(_ settings: EndpointerSettings) {
        endpointer = Endpointer(settings)
    }

    /// Samples that are kept.
    package var count: Int { samples.count }

    /// The utterance that goes on, as far as it was heard.
    package var utterance: Utterance? {
        start.map { Utterance(start: $0, samples: Array(samples[($0 - base)...])) }
    }

    /// More sound has come.
    package mutating func append(_ more: [Float]) {
        samples += more
    }

    /// The next frame was judged; its samples were appended before.
    /// - Returns: the utterance that ended with it.
    package mutating func take(_ probability: Float) -> Utterance? {
        frames += 1
        if start != nil { probabilities.append(probability.isFinite ? probability : 0) }
        switch endpointer.take(probability) {
        case .speechStarted(let position):
            begin(at: max(base, origin + position))
            probabilities = [probability]
        case .ended(let position):
            return finish(at: origin + position + Self.tail)
        case .discarded:
            start = nil
            probabilities = []
        case .paused(let position):
            if let start, origin + position - start >= Self.long { return cut(at: origin + position + Self.frame) }
        case .resumed, nil: break
        }
        guard let start, frames * Self.frame - start >= Self.longest else {
            forgetSilence()
            return nil
        }
        return cut(from: start)
    }

    /// What was said so far ends here, in the middle of a word if need be.
    /// - Returns: nil if nobody speaks.
    package mutating func flush() -> Utterance? {
        guard start != nil else { return nil }
        defer {
            origin = frames * Self.frame
            endpointer.reset()
        }
        return finish(at: base + samples.count)
    }

    private mutating func begin(at position: Int) {
        start = position
        probabilities = []
    }

    /// - Returns: nil if nobody spoke since the last cut.
    private mutating func finish(at position: Int) -> Utterance? {
        guard let start else { return nil }
        let end = min(max(position, start), base + samples.count)
        let holdsSpeech = probabilities.contains { $0 >= Self.spoken }
        self.start = nil
        probabilities = []
        defer { forget(before: end) }
        return holdsSpeech ? Utterance(start: start, samples: Array(samples[(start - base)..<(end - base)])) : nil
    }

    /// Ends the utterance where it is quietest.
    private mutating func cut(from start: Int) -> Utterance? {
        let recent = probabilities.suffix(Self.cutting / Self.frame)
        guard let quietest = recent.indices.min(by: { recent[$0] < recent[$1] }) else { return nil }
        let back = probabilities.count - 1 - quietest
        return cut(at: (frames - back) * Self.frame - Self.frame / 2)
    }

    /// Ends the utterance at a place in it; the rest is the next one's beginning.
    private mutating func cut(at end: Int) -> Utterance? {
        let rest = probabilities.suffix(max(0, (frames * Self.frame - end) / Self.frame))
        let utterance = finish(at: end)
        begin(at: max(base, min(end, base + samples.count)))
        probabilities = Array(rest)
        return utterance
    }

    /// The endpointer may still report speech that began a little while ago.
    private mutating func forgetSilence() {
        if start == nil { forget(before: base + samples.count - Self.lead - Self.frame) }
    }

    private mutating func forget(before position: Int) {
        let surplus = min(max(position - base, 0), samples.count)
        guard surplus > 0 else { return }
        samples.removeFirst(surplus)
        base += surplus
    }
}
