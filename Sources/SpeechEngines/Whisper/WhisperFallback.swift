import VoicePipeline

/// How often and in which ways an utterance is decoded, and which text is taken in the end.
///
///     next ──► attempt ──► take ──► next ──► … ──► nil, and `best` has the text
///
/// A quick transcript is what the first attempt gives. A careful one is looked at: a text that went round in circles,
/// or whose words are improbable, is decoded again, first with the 30 s of context that the model was trained with,
/// then by chance at rising temperatures. The thresholds are those of openai-whisper.
package struct WhisperFallback: Equatable, Sendable {
    /// One decoding.
    package struct Attempt: Equatable, Sendable {
        package var temperature: Float
        /// The audio is filled up to 30 s.
        package var fullContext: Bool

        package init(temperature: Float, fullContext: Bool) {
            self.temperature = temperature
            self.fullContext = fullContext
        }
    }

    /// Words below this mean log-probability are not believed.
    package static let improbable: Float = -1
    /// Above this no-speech probability improbable words are none at all.
    package static let noSpeech: Float = 0.6

    /// The text to take; nil before the first attempt.
    package private(set) var best: WhisperPass?

    private let isCareful: Bool
    private var attempts: ArraySlice<Attempt>

    /// - Parameters:
    ///   - temperature: the only one to try; nil for 0 and what follows it.
    ///   - isLong: the audio fills 30 s anyway.
    package init(effort: RecognitionOptions.Effort, temperature: Float?, isLong: Bool) {
        isCareful = effort == .careful && temperature == nil
        var attempts = [Attempt(temperature: temperature ?? 0, fullContext: false)]
        if isCareful {
            if !isLong { attempts.append(Attempt(temperature: 0, fullContext: true)) }
            attempts += (1...5).map { Attempt(temperature: Float($0) / 5, fullContext: true) }
        }
        self.attempts = attempts[...]
    }

    /// What to do next; nil when the text is good enough or nothing is left to try.
    package mutating func next() -> Attempt? { attempts.popFirst() }

    /// Hears what the attempt gave.
    package mutating func take(_ pass: WhisperPass) {
        guard isCareful else { return best = pass }
        if pass.noSpeechProbability > Self.noSpeech, pass.averageLogProbability < Self.improbable {
            // Nobody spoke, and further attempts would only invent something better.
            best = WhisperPass(noSpeechProbability: pass.noSpeechProbability, temperature: pass.temperature)
            attempts = []
        } else if Self.isBelievable(pass) {
            best = pass
            attempts = []
        } else if best.map({ Self.rank(pass) > Self.rank($0) }) ?? true {
            best = pass
        }
    }

    private static func isBelievable(_ pass: WhisperPass) -> Bool {
        pass.isWhole && pass.compressionRatio <= CompressionRatio.limit && pass.averageLogProbability >= improbable
    }

    /// Of texts that are all in doubt those without circles come first, then the more probable ones.
    private static func rank(_ pass: WhisperPass) -> Float {
        pass.averageLogProbability - (pass.compressionRatio <= CompressionRatio.limit && pass.isWhole ? 0 : 100)
    }
}
