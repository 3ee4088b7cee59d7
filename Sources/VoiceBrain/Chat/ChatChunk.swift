import FoundationEssentials

/// One event of a streamed completion, or a whole completion; what is not read is ignored.
struct ChatChunk: Decodable {
    let choices: [Choice]?
    let error: JSONValue?

    struct Choice: Decodable {
        let delta: Message?
        /// Instead of `delta` when the service did not stream.
        let message: Message?
        let finish_reason: String?
    }

    struct Message: Decodable {
        let content: String?
        let tool_calls: [Call]?
    }

    struct Call: Decodable {
        let index: Int?
        let id: String?
        let function: Function?

        struct Function: Decodable {
            let name: String?
            let arguments: String?
        }
    }

    /// - Returns: nil when the bytes are not such JSON.
    init?(json: [UInt8]) {
        guard let chunk = try? JSONDecoder().decode(ChatChunk.self, from: Data(json)) else { return nil }
        self = chunk
    }
}

/// The words of an `error` member, which is an object in some services and a string in others.
func errorMessage(_ error: JSONValue?) -> String? {
    guard let error, error != .null else { return nil }
    return error["message"]?.text ?? error.text ?? "an error without a message"
}
