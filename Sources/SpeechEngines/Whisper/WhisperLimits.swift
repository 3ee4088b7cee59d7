/// How much of Whisper's 30 s context a piece of audio gets, and how much text may come of it.
package struct WhisperLimits: Equatable, Sendable {
    package static let sampleRate = 16000
    /// Longest audio that one pass takes, in samples: 30 s.
    package static let maxSamples = 30 * sampleRate

    /// Length of the audio in seconds.
    package var duration: Double
    /// Mel frames of 10 ms to compute, zeros behind the audio included; even.
    package var frames: Int
    /// Text tokens at most.
    package var maxTokens: Int

    /// The audio is followed by at least 1 s of zeros and is at least 8 s long with them: shorter context makes the
    /// model repeat itself, longer context only costs time.
    /// - Parameter samples: number of samples, 0…`maxSamples`.
    package init(samples count: Int) {
        duration = Double(count) / Double(Self.sampleRate)
        let seconds = min(30, max(8, duration + 1))
        // A position of the encoder is 320 samples.
        let positions = Int((seconds * Double(Self.sampleRate) / 320).rounded(.up))
        frames = positions * 2
        maxTokens = min(200, Int(7 * duration) + 10)
    }
}
