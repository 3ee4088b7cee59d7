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

    /// How much context the audio gets.
    package enum Context: Sendable {
        /// At least 4 s. Short context makes the model err and repeat itself now and then; the next look mends it.
        case look
        /// At least 8 s: more costs time and helps no more.
        case usual
        /// 30 s, as the model was trained.
        case full

        var seconds: Double {
            switch self {
            case .look: 4
            case .usual: 8
            case .full: 30
            }
        }
    }

    /// The audio is followed by at least 1 s of zeros, and by more where it is shorter than its context.
    /// - Parameter samples: number of samples, 0…`maxSamples`.
    package init(samples count: Int, context: Context = .usual) {
        duration = Double(count) / Double(Self.sampleRate)
        let seconds = min(30, max(context.seconds, duration + 1))
        let positions = Int((seconds * Double(Self.sampleRate) / Double(Self.samplesPerPosition)).rounded(.up))
        frames = positions * 2
        maxTokens = min(200, Int(7 * duration) + 10)
    }
}
