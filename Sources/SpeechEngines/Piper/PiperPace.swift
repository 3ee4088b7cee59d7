/// How fast and how loud a voice speaks by nature, measured on one sentence, and what follows for a wish.
///
/// The model rounds the length of every phoneme up to a whole frame, so a part of the time does not follow the length
/// scale: seconds = rounding + scale x (natural - rounding).
package struct PiperPace: Equatable, Sendable {
    /// Words a minute at a length scale of 1.
    package let naturalWordsPerMinute: Double
    /// Factor that brings the voice to `level`.
    package let gain: Float
    /// The part of the natural time that is rounding, 0…0.5.
    private let rounding: Double

    /// A sentence that is spoken about as fast as the mean of everyday answers.
    static let sentence = "Tomorrow morning it will be cloudy, with a little rain in the afternoon."
    private static let words = 13.0
    /// Loudness of the spoken parts, root mean square; 0.09 is -21 dB of full scale.
    private static let level: Float = 0.09

    /// - Parameters:
    ///   - samples: `sentence` as the voice speaks it without noise at a length scale of 1.
    ///   - sampleRate: Hz.
    ///   - idCount: what the model was given for the sentence.
    ///   - hop: samples of one frame of the model.
    package init(samples: [Float], sampleRate: Int, idCount: Int, hop: Int = 256) {
        let rate = Double(max(1, sampleRate))
        let seconds = Double(samples.count) / rate
        // A voice that says nothing at all is left as it is.
        let hasSpoken = seconds > 0.5
        naturalWordsPerMinute = hasSpoken ? Self.words * 60 / seconds : 200
        // On average half a frame.
        rounding = hasSpoken ? min(0.5, Double(idCount) * Double(hop) / 2 / rate / seconds) : 0
        let loud = Self.spokenLevel(samples, frame: max(1, sampleRate / 50))
        gain = loud > 0 ? min(4, max(0.25, Self.level / loud)) : 1
    }

    /// The length scale for a rate of 80…400 words a minute.
    package func lengthScale(wordsPerMinute: Int) -> Float {
        let time = naturalWordsPerMinute / Double(max(1, wordsPerMinute))
        return Float(min(4, max(0.1, (time - rounding) / (1 - rounding))))
    }

    /// Root mean square of the frames that are within 26 dB of the loudest.
    private static func spokenLevel(_ samples: [Float], frame: Int) -> Float {
        let powers = stride(from: 0, to: samples.count - samples.count % frame, by: frame).map { start in
            samples[start..<start + frame].reduce(0) { $0 + $1 * $1 } / Float(frame)
        }
        let threshold = (powers.max() ?? 0) / 400
        let spoken = powers.filter { $0 > threshold }
        return spoken.isEmpty ? 0 : (spoken.reduce(0, +) / Float(spoken.count)).squareRoot()
    }
}
