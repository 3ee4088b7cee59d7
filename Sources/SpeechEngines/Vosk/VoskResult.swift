import FoundationEssentials
import Glibc
import VoicePipeline

/// What libvosk says of a sentence, as JSON:
///
///     {"result": [{"conf": 0.9, "start": 0.3, "end": 0.7, "word": "hello"}], "text": "hello"}
package struct VoskResult: Equatable, Sendable {
    /// Trimmed.
    package var text: String
    /// Seconds from the beginning of the utterance.
    package var words: [TimedWord]

    /// - Throws: `.failed` for what is no such JSON.
    package init(json: [UInt8]) throws(EngineError) {
        let answer: Answer = try Self.decode(json)
        guard let text = answer.text else { throw Self.fault }
        self.text = text.trimmingWhitespace
        words = (answer.result ?? []).compactMap { word in
            let name = word.word.trimmingWhitespace
            guard !name.isEmpty, word.start.isFinite, word.end.isFinite else { return nil }
            let start = max(0, word.start)
            return TimedWord(
                start: start, end: max(start, word.end), text: name,
                probability: word.conf.isFinite ? Float(max(0, min(1, word.conf))) : 0)
        }
    }

    /// The text of a sentence that goes on. Where none has begun, libvosk gives an empty result instead.
    /// - Throws: `.failed` for what is no such JSON.
    package static func partial(json: [UInt8]) throws(EngineError) -> String {
        let answer: Answer = try decode(json)
        guard let text = answer.partial ?? answer.text else { throw fault }
        return text.trimmingWhitespace
    }

    /// The words' logarithms of probabilities, added up; none counts as less likely than one in a thousand.
    package var logProbability: Float {
        words.reduce(0) { $0 + log(max($1.probability, 0.001)) }
    }

    /// - Parameter length: seconds of the utterance; no time is beyond it.
    package func segment(words wantsWords: Bool, length: Double) -> TranscriptSegment {
        let inside = words.map { word in
            var word = word
            word.end = min(word.end, length)
            word.start = min(word.start, word.end)
            return word
        }
        return TranscriptSegment(
            start: inside.first?.start ?? 0, end: inside.last?.end ?? length, text: text,
            averageLogProbability: words.isEmpty ? 0 : logProbability / Float(words.count),
            words: wantsWords ? inside : [])
    }

    private struct Answer: Decodable {
        struct Word: Decodable {
            var conf: Double
            var start: Double
            var end: Double
            var word: String
        }
        var result: [Word]?
        var text: String?
        var partial: String?
    }

    private static let fault = EngineError.failed(engine: "libvosk", code: 0, message: "its answer is not understood")

    private static func decode(_ json: [UInt8]) throws(EngineError) -> Answer {
        do {
            return try JSONDecoder().decode(Answer.self, from: Data(json))
        } catch {
            throw fault
        }
    }
}
