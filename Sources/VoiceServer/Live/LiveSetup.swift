import FoundationEssentials
import VoicePipeline

/// What a client of `/stream` may say in its first text message, and the orders that may follow.
///
///     {"sample_format":"s16le","sample_rate":48000,"language":"en","partials":false}
///     {"type":"flush"}
package struct LiveSetup: Decodable, Equatable, Sendable {
    /// What binary messages hold.
    package enum SampleFormat: String, Decodable, Sendable, CaseIterable {
        /// 32-bit floating point, little-endian; the documented form.
        case f32le
        /// 16-bit integers, little-endian.
        case s16le
        /// One Opus packet a message, 16 kHz.
        case opus
    }

    package enum Order: String, Decodable, Sendable {
        /// Describes what follows.
        case start
        /// What was said so far is to be written down now.
        case flush
        /// The same, and then the connection is closed.
        case end
    }

    package var type: Order?
    package var format: SampleFormat?
    package var sampleRate: Int?
    var language: String?
    var task: RecognitionOptions.Task?
    var model: String?
    var prompt: String?
    var hotWords: String?
    var words: Bool?
    var partials: Bool?
    var key: String?

    enum CodingKeys: String, CodingKey {
        case type, language, task, model, prompt, words, partials
        case format = "sample_format"
        case sampleRate = "sample_rate"
        case hotWords = "hotwords"
        case key = "api_key"
    }

    /// Bytes of a text message at most.
    package static let longest = 16 * 1024

    /// - Throws: `LiveError` with a sentence for whoever wrote the client.
    package static func decode(_ text: [UInt8]) throws(LiveError) -> LiveSetup {
        guard text.count <= longest else {
            throw LiveError("invalid_message", "A text message may have at most \(longest) bytes.")
        }
        do {
            return try JSONDecoder().decode(LiveSetup.self, from: Data(text))
        } catch DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty {
            throw LiveError("invalid_message", "\(name(context)) has none of its possible values; \(possible).")
        } catch DecodingError.typeMismatch(_, let context) where !context.codingPath.isEmpty {
            throw LiveError("invalid_message", "\(name(context)) has another type than expected; \(possible).")
        } catch {
            throw LiveError("invalid_message", "The text message is not a JSON object; \(possible).")
        }
    }

    /// What the client asks of the transcription.
    /// - Parameter usual: the language where the client names none.
    package func request(usual: String?) -> LiveRequest {
        var request = LiveRequest()
        request.language = language == "auto" ? nil : language ?? usual
        request.task = task ?? .transcribe
        request.prompt = prompt ?? ""
        request.hotWords = hotWords ?? ""
        request.timing = words == true ? .words : .segments
        request.partials = partials ?? true
        return request
    }

    private static let possible =
        "an example is {\"sample_format\":\"s16le\",\"sample_rate\":16000,\"language\":\"en\"}; "
        + "sample_format is f32le, s16le or opus, and {\"type\":\"flush\"} asks for what was said so far"

    private static func name(_ context: DecodingError.Context) -> String {
        "“\(context.codingPath.last?.stringValue ?? "")”"
    }
}

extension RecognitionOptions.Task: Decodable {}

/// What a client of `/stream` did wrong, or what became of its stream.
package struct LiveError: Error, Equatable, Sendable {
    /// For programs.
    package var code: String
    /// For people.
    package var message: String

    init(_ code: String, _ message: String) {
        self.code = code
        self.message = message
    }
}
