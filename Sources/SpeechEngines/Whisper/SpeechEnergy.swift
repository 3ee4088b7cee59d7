import Glibc

/// How loud the audio is, in steps of 20 ms: where a word's time begins or ends in silence, it is cut there.
package struct SpeechEnergy {
    /// Seconds of a step.
    package static let step = 0.02
    /// So much below the loudest a step counts as silence, dB.
    private static let depth: Float = 35

    private let isSilent: [Bool]

    /// - Parameter samples: mono, 16 kHz.
    package init(_ samples: [Float]) {
        let length = WhisperLimits.samplesPerPosition
        let powers = stride(from: 0, to: samples.count, by: length).map { start in
            samples[start..<min(start + length, samples.count)].reduce(Float(0)) { $0 + $1 * $1 }
        }
        // Not the very loudest: a click is no speech.
        let sorted = powers.sorted()
        let loud = sorted.isEmpty ? 0 : sorted[sorted.count * 19 / 20]
        let threshold = loud * Float(pow(10, Double(-Self.depth / 10)))
        isSilent = powers.map { $0 <= threshold }
    }

    /// The time without silence at both ends; as it is where all of it is silent.
    /// - Parameter time: seconds.
    package func trimmed(_ time: Range<Double>) -> Range<Double> {
        let first = Int((time.lowerBound / Self.step).rounded())
        let last = min(Int((time.upperBound / Self.step).rounded()), isSilent.count)
        guard first >= 0, first < last, let start = isSilent[first..<last].firstIndex(of: false),
            let end = isSilent[first..<last].lastIndex(of: false)
        else { return time }
        let from = start == first ? time.lowerBound : Double(start) * Self.step
        let to = end == last - 1 ? time.upperBound : Double(end + 1) * Self.step
        return from..<max(from, to)
    }
}
