/// How much of Whisper's 30 s context a piece of audio gets, and how much text may come of it.
package struct WhisperLimits: Equatable, Sendable {
    package static let sampleRate = 16000
    /// Samples of a position of the encoder.
    package static let samplesPerPosition = 320
    /// Longest audio that one pass takes, in samples: 30 s.
    package static let maxSamples = 30 * sampleRate

    /// Length of the audio in seconds.
    package var duration: Double
    /// Mel frames of 10 ms to compute, zeros behind the audio included; even.
    package var frames: Int
    /// Text tokens at most.
    package var maxTokens: Int

    /// Positions of the encoder.
    package var positions: Int { frames / 2 }

    /// The audio is followed by at least 1 s of zeros and is at least 8 s long with them: shorter context makes the
    /// model repeat itself, longer context only costs time.
    /// - Parameters:
    ///   - samples: number of samples, 0…`maxSamples`.
    ///   - fullContext: the audio is 30 s long with the zeros, as the model was trained.
    package init(samples count: Int, fullContext: Bool = false) {
        duration = Double(count) / Double(Self.sampleRate)
        let seconds = fullContext ? 30 : min(30, max(8, duration + 1))
        let positions = Int((seconds * Double(Self.sampleRate) / Double(Self.samplesPerPosition)).rounded(.up))
        frames = positions * 2
        maxTokens = min(200, Int(7 * duration) + 10)
    }
}
