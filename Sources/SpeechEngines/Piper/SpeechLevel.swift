/// Brings the sound of a voice to a common level, part by part.
///
/// One factor for all parts, which only falls, where a part would get louder than `peak`. It falls over the end of the
/// part before, which is kept back for that: so it neither clicks nor comes too late.
package struct SpeechLevel: Equatable, Sendable {
    /// No sample gets louder, so that resampling has room.
    package static let peak: Float = 0.95

    /// What samples are multiplied with.
    package private(set) var factor: Float
    /// Samples that are kept back.
    private let fade: Int
    private var kept: ArraySlice<Float> = []

    /// - Parameters:
    ///   - gain: the factor to begin with; above 0.
    ///   - sampleRate: Hz.
    package init(gain: Float, sampleRate: Int) {
        factor = gain
        fade = max(0, sampleRate) / 200
    }

    /// - Parameters:
    ///   - samples: the next part, as the voice gives it; what is no number becomes silence.
    ///   - isLast: nothing is kept back.
    /// - Returns: what can be heard now: 5 ms less than was given, until the last part brings the rest.
    package mutating func next(_ samples: [Float], isLast: Bool) -> [Float] {
        let samples = samples.map { $0.isFinite ? $0 : 0 }
        let loudest = samples.reduce(0) { max($0, abs($1)) }
        let before = factor
        if loudest * factor > Self.peak { factor = Self.peak / loudest }
        var result: [Float] = []
        result.reserveCapacity(kept.count + samples.count)
        let step = (factor - before) / Float(max(1, kept.count))
        for (index, sample) in kept.enumerated() { result.append(sample * (before + step * Float(index + 1))) }
        let heard = isLast ? samples.count : max(0, samples.count - fade)
        for sample in samples[..<heard] { result.append(sample * factor) }
        kept = samples[heard...]
        return result
    }
}
