/// A part of a transcript, about a sentence, and when it was said.
public struct TranscriptSegment: Equatable, Sendable {
    /// Seconds from the beginning of the audio.
    public var start: Double
    /// Seconds; not before `start`.
    public var end: Double
    /// Trimmed, never empty.
    public var text: String
    /// The recognizer's own notation of the text; empty where it has none.
    public var tokens: [Int]
    /// The temperature at which it was decoded.
    public var temperature: Float
    /// Mean natural logarithm of the chosen tokens' probabilities.
    public var averageLogProbability: Float
    /// Length of the text's UTF-8 over that of the same, compressed: much above 2 it repeats itself.
    public var compressionRatio: Float
    /// Probability, 0…1, that there was no speech.
    public var noSpeechProbability: Float
    /// In order of time; empty unless words were asked for.
    public var words: [TimedWord]

    public init(
        start: Double, end: Double, text: String, tokens: [Int] = [], temperature: Float = 0,
        averageLogProbability: Float = 0, compressionRatio: Float = 1, noSpeechProbability: Float = 0,
        words: [TimedWord] = []
    ) {
        self.start = start
        self.end = end
        self.text = text
        self.tokens = tokens
        self.temperature = temperature
        self.averageLogProbability = averageLogProbability
        self.compressionRatio = compressionRatio
        self.noSpeechProbability = noSpeechProbability
        self.words = words
    }
}

/// A word and when it was said.
public struct TimedWord: Equatable, Sendable {
    /// Seconds from the beginning of the audio.
    public var start: Double
    /// Seconds; not before `start`.
    public var end: Double
    /// With its punctuation, without spaces around it; of languages without spaces a character or a few.
    public var text: String
    /// Whether a space goes before it when the words are put together.
    public var followsSpace: Bool
    /// Mean probability of its tokens, 0…1.
    public var probability: Float

    public init(start: Double, end: Double, text: String, followsSpace: Bool = true, probability: Float = 1) {
        self.start = start
        self.end = end
        self.text = text
        self.followsSpace = followsSpace
        self.probability = probability
    }
}
