import VoicePipeline

/// Explains a service's refusal to the person who set it up.
enum ChatRefusal {
    /// - Parameter quotes: whether to tell what the service said, which may repeat what a user said.
    static func error(_ stream: ChatStream, endpoint: ChatEndpoint, quotes: Bool) -> ChatError {
        let said = safe(stream.refusal, endpoint)
        return .refused(status: stream.status, advice: advice(stream.status, said, endpoint, quotes: quotes))
    }

    private static func advice(_ status: Int, _ said: String, _ endpoint: ChatEndpoint, quotes: Bool) -> String {
        let keyName = endpoint.isGroq ? "GROQ_API_KEY" : "LLM_API_KEY"
        let modelName = endpoint.isGroq ? "GROQ_MODEL" : "LLM_MODEL"
        switch status {
        case 401:
            // What the service says may quote a part of the key.
            return endpoint.key == nil
                ? "The chat service wants a key: set \(keyName)."
                : "The chat service refuses the key: check \(keyName)."
        case 403:
            return
                "The chat service does not allow this key to use the model “\(endpoint.model)”: check \(keyName) and "
                + "\(modelName)."
        case 404 where said.lowercased().contains("model") || endpoint.isGroq:
            return "The chat service does not know the model “\(endpoint.model)”: set \(modelName) to one that it has."
        case 404:
            return
                "The chat service does not know the model “\(endpoint.model)” or the address: check \(modelName) and "
                + "LLM_BASE_URL, which mostly ends in /v1."
        case 429: return "The chat service takes no more requests for now: wait, or use another plan or service."
        case 500...599: return "The chat service failed with status \(status): try again later." + quoted(said, quotes)
        case 300..<400: return "The chat service has moved: set LLM_BASE_URL to its new address."
        default: return "The chat service refused with status \(status)." + quoted(said, quotes)
        }
    }

    private static func quoted(_ said: String, _ quotes: Bool) -> String {
        guard !said.isEmpty else { return "" }
        return quotes ? " It said: \(said)" : " LOG_SPEECH=on shows what it said."
    }

    /// One line without the key.
    private static func safe(_ text: String, _ endpoint: ChatEndpoint) -> String {
        var line = String(text.map { $0.isNewline ? " " : $0 })
        if let key = endpoint.key, key.count >= 4 {
            line = line.split(separator: " ").map { $0.contains(key) ? "…" : String($0) }.joined(separator: " ")
        }
        return line
    }
}
