import FoundationEssentials
import VoicePipeline

/// What the server sends on `/stream`, one JSON object a message.
/// - Source: the documented `{"type":"partial"|"final","text","timestamp"}`; the other members are ours.
struct LiveFrame: Encodable, Sendable {
    struct Segment: Encodable, Sendable {
        var start: Double
        var end: Double
        var text: String
        var words: [Word]?
    }

    struct Word: Encodable, Sendable {
        var word: String
        var start: Double
        var end: Double
        var probability: Double
    }

    /// `partial`, `final` or `error`.
    var type: String
    var text: String?
    /// Unix time, seconds.
    var timestamp: Double
    /// Seconds since the beginning of the sound.
    var start: Double?
    var end: Double?
    /// The beginning of a partial text, which is not taken back any more.
    var stable: String?
    var language: String?
    /// 0…1.
    var confidence: Double?
    var segments: [Segment]?
    var code: String?
    var message: String?

    private init(_ type: String, _ timestamp: Double) {
        self.type = type
        self.timestamp = timestamp
    }

    init(_ event: LiveEvent, at timestamp: Double) {
        switch event {
        case .partial(let partial, let start, let end):
            self.init("partial", timestamp)
            text = partial.text
            stable = partial.stable
            (self.start, self.end) = (Self.rounded(start), Self.rounded(end))
        case .final(let transcript, let start, let end):
            self.init("final", timestamp)
            text = transcript.text
            language = transcript.language
            confidence = Self.rounded(Double(transcript.text.isEmpty ? 0 : transcript.confidence))
            (self.start, self.end) = (Self.rounded(start), Self.rounded(end))
            segments = transcript.segments.map(Self.segment)
        }
    }

    init(_ error: LiveError, at timestamp: Double) {
        self.init("error", timestamp)
        code = error.code
        message = error.message
    }

    var bytes: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array((try? encoder.encode(self)) ?? Data())
    }

    private static func segment(_ segment: TranscriptSegment) -> Segment {
        Segment(
            start: rounded(segment.start), end: rounded(segment.end), text: segment.text,
            words: segment.words.isEmpty
                ? nil
                : segment.words.map { word in
                    Word(
                        word: word.text, start: rounded(word.start), end: rounded(word.end),
                        probability: rounded(Double(word.probability)))
                })
    }

    /// To milliseconds.
    private static func rounded(_ seconds: Double) -> Double { (seconds * 1000).rounded() / 1000 }
}
