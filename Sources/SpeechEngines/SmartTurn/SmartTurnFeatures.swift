import VoicePipeline

/// What Smart Turn hears: the log-mel spectrogram of the last 8 s.
///
/// Whisper's spectrogram, but of audio that was moved to the end of its window, zeros before it, and then scaled to
/// mean 0 and variance 1.
/// - Source: pipecat-ai 1.14.0, `_whisper_features.py`.
package struct SmartTurnFeatures {
    /// 8 s at 16 kHz.
    package static let sampleCount = 128_000
    package static let bands = 80
    package static let frames = 800

    private let mel: LogMel

    package init() throws(EngineError) {
        mel = try LogMel(filters: MelFilters(slaney: Self.bands))
    }

    /// - Parameters:
    ///   - samples: mono, 16 kHz, finite; the last 8 s count.
    ///   - output: 80 rows, one a band, of 800 values.
    package func compute(_ samples: [Float], into output: UnsafeMutableBufferPointer<Float>) {
        mel.compute(Self.window(samples), frames: Self.frames, into: output)
    }

    private static func window(_ samples: [Float]) -> [Float] {
        let kept = samples.suffix(sampleCount)
        var sum = 0.0
        var squares = 0.0
        for sample in kept {
            sum += Double(sample)
            squares += Double(sample) * Double(sample)
        }
        // Of the zeros as well: they are part of what the model was trained with.
        let mean = sum / Double(sampleCount)
        let variance = max(squares / Double(sampleCount) - mean * mean, 0)
        let scale = Float(1 / (variance + 1e-7).squareRoot())
        let offset = Float(mean)
        var window = [Float](repeating: -offset * scale, count: sampleCount)
        var index = sampleCount - kept.count
        for sample in kept {
            window[index] = (sample - offset) * scale
            index += 1
        }
        return window
    }
}
