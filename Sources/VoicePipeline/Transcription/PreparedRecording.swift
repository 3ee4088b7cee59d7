/// A short recording, made ready for a recognizer: silence cut off at both ends, and brought to a usual loudness.
///
/// The rules are those of `librosa.effects.trim(top_db=30, frame_length=2048, hop_length=512)` and of a mean power of
/// -20 dB. A recording is prepared as a whole: half a minute, not hours.
public struct PreparedRecording: Equatable, Sendable {
    /// Mono, 16 kHz, -1…1.
    public var samples: [Float]
    /// Samples that were cut off before the first one.
    public var start: Int

    /// - Parameters:
    ///   - samples: mono, 16 kHz, finite.
    ///   - trimsSilence: whether what is 30 dB quieter than the loudest frame is cut off at both ends. Where nothing is
    ///     louder than anything else, as in zeros, all is kept.
    ///   - normalizes: whether the rest gets a root mean square of 0.1, and what then lies beyond -1…1 is clipped.
    public init(_ samples: [Float], trimsSilence: Bool = true, normalizes: Bool = true) {
        let kept = trimsSilence ? Self.loudPart(samples) : 0..<samples.count
        self.samples = Array(samples[kept])
        start = kept.lowerBound
        if normalizes { Self.normalize(&self.samples) }
    }

    private static let frameLength = 2048
    private static let hop = 512
    /// 30 dB, as a ratio of powers.
    private static let quieter = 1e-3
    /// Powers below this count as this: -100 dB.
    private static let faintest = 1e-10

    /// From the first frame that is loud enough to the last. Frames stand around their place, with zeros beyond both ends.
    private static func loudPart(_ samples: [Float]) -> Range<Int> {
        guard !samples.isEmpty else { return 0..<0 }
        let powers = framePowers(samples)
        let limit = max(faintest, powers.max() ?? 0) * quieter
        // The recording's loudest frame itself passes, so there is always one.
        let isLoud = { (power: Double) in max(faintest, power) > limit }
        guard let first = powers.firstIndex(where: isLoud), let last = powers.lastIndex(where: isLoud) else {
            return 0..<0
        }
        return min(first * hop, samples.count)..<min((last + 1) * hop, samples.count)
    }

    private static func framePowers(_ samples: [Float]) -> [Double] {
        // Sums of squares before each hop; a frame is a difference of two of them.
        var sums: [Double] = [0]
        sums.reserveCapacity(samples.count + 1)
        for sample in samples { sums.append((sums.last ?? 0) + Double(sample) * Double(sample)) }
        return (0...samples.count / hop).map { frame in
            let middle = frame * hop
            let from = max(0, middle - frameLength / 2)
            let to = min(samples.count, middle + frameLength / 2)
            return max(0, sums[to] - sums[min(from, to)]) / Double(frameLength)
        }
    }

    private static func normalize(_ samples: inout [Float]) {
        let power = samples.reduce(0) { $0 + Double($1) * Double($1) } / Double(max(1, samples.count))
        guard power > 0, power.isFinite else { return }
        let gain = Float(0.1 / power.squareRoot())
        for index in samples.indices { samples[index] = min(1, max(-1, samples[index] * gain)) }
    }
}
