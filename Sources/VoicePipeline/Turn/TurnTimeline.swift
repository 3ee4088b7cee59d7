/// When each thing happened in one turn. Logs, metrics, traces, benchmarks and the page all read this one record.
public struct TurnTimeline: Equatable, Sendable {
    public enum Mark: String, CaseIterable, Sendable {
        /// The end of speech reached the server. Zero of the scale.
        case speechEnd = "speech_end"
        /// The end of speech was certain.
        case endpoint
        /// Recognition began: the wait before is the queue's.
        case recognitionStart = "recognition_start"
        case transcript
        case firstToken = "first_token"
        /// The first words of the answer were there to be spoken.
        case firstClause = "first_clause"
        case reply
        case firstAudio = "first_audio"
        case lastAudio = "last_audio"
        /// The last byte was handed to the network.
        case sent
    }

    private var stamps: [Mark: ContinuousClock.Instant] = [:]
    /// Seconds of speech that were recognised.
    public var utteranceSeconds = 0.0
    /// Seconds of speech that were made.
    public var answerSeconds = 0.0

    public init() {}

    /// Notes when something happened; the first time counts, or the last if `replacing`.
    public mutating func mark(_ mark: Mark, at instant: ContinuousClock.Instant = .now, replacing: Bool = false) {
        if replacing || stamps[mark] == nil { stamps[mark] = instant }
    }

    /// Milliseconds from the end of speech to the mark; nil if either did not happen. What was ready before, because
    /// the turn was begun ahead, took 0.
    public func milliseconds(to mark: Mark) -> Double? {
        guard let start = stamps[.speechEnd], let end = stamps[mark] else { return nil }
        return max(0, start.duration(to: end).milliseconds)
    }

    /// The marks in milliseconds and the lengths in seconds, for a log record.
    public var logFields: [(name: String, value: Log.Value)] {
        var fields: [(name: String, value: Log.Value)] = Mark.allCases.compactMap { mark in
            guard mark != .speechEnd, let time = milliseconds(to: mark) else { return nil }
            return (name: "\(mark.rawValue)_ms", value: .double((time * 10).rounded() / 10))
        }
        fields.append((name: "utterance_s", value: .double((utteranceSeconds * 100).rounded() / 100)))
        fields.append((name: "answer_s", value: .double((answerSeconds * 100).rounded() / 100)))
        return fields
    }
}

extension Duration {
    /// The duration as a number of seconds.
    public var seconds: Double { milliseconds / 1000 }

    /// The duration as a number of milliseconds.
    public var milliseconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) * 1e3 + Double(attoseconds) / 1e15
    }
}
