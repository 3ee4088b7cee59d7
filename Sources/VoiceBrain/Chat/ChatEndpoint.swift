/// Where a chat service is and what it is asked with.
public struct ChatEndpoint: Sendable, Equatable {
    /// Address without `/chat/completions`, such as `http://127.0.0.1:11434/v1`.
    public var baseURL: String
    /// Name of the model as the service knows it.
    public var model: String
    /// Sent as `Authorization: Bearer`; nil for services that want none.
    public var key: String?

    public init(baseURL: String, model: String, key: String? = nil) {
        self.baseURL = baseURL
        self.model = model
        self.key = key
    }

    /// Groq's OpenAI-compatible service.
    public static let groqBaseURL = "https://api.groq.com/openai/v1"

    /// The model asked at Groq when none is named. The Llama 3 models that older instructions name were retired.
    /// - Source: Groq's deprecation notice of June 2026: `llama-3.1-8b-instant` ended on 2026-08-16 and is
    ///   replaced by this one.
    public static let groqDefaultModel = "openai/gpt-oss-20b"

    /// Groq with a key.
    public static func groq(key: String, model: String = groqDefaultModel) -> ChatEndpoint {
        ChatEndpoint(baseURL: groqBaseURL, model: model, key: key)
    }

    /// Where the completions are asked for.
    var completionsURL: String {
        var base = baseURL[...]
        while base.hasSuffix("/") { base.removeLast() }
        return base + "/chat/completions"
    }

    var isGroq: Bool { baseURL.hasPrefix(Self.groqBaseURL) }
}

extension ChatEndpoint: CustomStringConvertible, CustomDebugStringConvertible {
    /// Without the key, so that no log can hold it.
    public var description: String { "\(model) at \(baseURL)\(key == nil ? "" : " with a key")" }
    public var debugDescription: String { description }
}

extension ChatEndpoint: CustomReflectable {
    public var customMirror: Mirror {
        Mirror(self, children: ["baseURL": baseURL, "model": model, "key": key == nil ? "none" : "set"])
    }
}
