import VoiceBrain

/// Every mistake in a configuration, each with what to do.
public struct ConfigurationError: Error, Equatable, Sendable {
    public var mistakes: [String]

    public init(mistakes: [String]) {
        self.mistakes = mistakes
    }
}

extension Configuration {
    /// Puts the configuration together: defaults, then `.env`, then the environment, then flags.
    /// - Parameters:
    ///   - dotEnv: content of the `.env` file, if there is one.
    ///   - environment: the process's environment; names that are no settings are ignored.
    ///   - flags: settings from the command line by flag name, such as `--server-port`.
    /// - Throws: all mistakes at once.
    public static func read(
        dotEnv: String?, environment: [String: String], flags: [(name: String, value: String)]
    ) throws(ConfigurationError) -> Configuration {
        var draft = ConfigurationDraft()
        var mistakes: [String] = []
        let (file, fileMistakes) = DotEnv.parse(dotEnv ?? "")
        mistakes += fileMistakes
        var namesWhisper = false
        for setting in Setting.all {
            let sources = [
                setting.find(in: file).map { (".env: \($0.name)", $0.text) },
                setting.find(in: environment).map { ($0.name, $0.text) },
                flags.last { $0.name == setting.flag }.map { (setting.flag, $0.value) },
            ]
            if setting.name == "WHISPER_MODEL" { namesWhisper = sources.contains { $0 != nil } }
            for case (let source, let text)? in sources {
                if let mistake = setting.apply(text, &draft) { mistakes.append("\(source) \(mistake)") }
            }
        }
        for flag in flags where !Setting.all.contains(where: { $0.flag == flag.name }) {
            mistakes.append("\(flag.name) is no option; `hotpin config` lists them")
        }
        draft.configuration.prefersVosk = !draft.configuration.voskModel.isEmpty && !namesWhisper
        draft.configuration.chat = chat(draft, &mistakes)
        if draft.configuration.host.isEmpty { mistakes.append("SERVER_HOST is empty; use 127.0.0.1 or 0.0.0.0") }
        mistakes += draft.configuration.tls.mistakes(plainPort: draft.configuration.port)
        mistakes += draft.configuration.turns.mistakes()
        guard mistakes.isEmpty else { throw ConfigurationError(mistakes: mistakes) }
        return draft.configuration
    }

    /// Each setting's name, meaning and value in force; secrets masked.
    public func listed() -> [(name: String, value: String, summary: String)] {
        var draft = ConfigurationDraft(configuration: self)
        if let chat {
            if chat.baseURL == ChatEndpoint.groqBaseURL {
                draft.groqKey = chat.key ?? ""
                draft.groqModel = chat.model
            } else {
                draft.chatBaseURL = chat.baseURL
                draft.chatModel = chat.model
                draft.chatKey = chat.key ?? ""
            }
        }
        return Setting.all.map { setting in
            let value = setting.show(draft)
            return (setting.name, setting.isSecret && !value.isEmpty ? "(set)" : value, setting.summary)
        }
    }

    private static func chat(_ draft: ConfigurationDraft, _ mistakes: inout [String]) -> ChatEndpoint? {
        if !draft.chatBaseURL.isEmpty {
            guard draft.chatBaseURL.hasPrefix("http://") || draft.chatBaseURL.hasPrefix("https://") else {
                mistakes.append("LLM_BASE_URL must begin with http:// or https://, not “\(draft.chatBaseURL)”")
                return nil
            }
            guard !draft.chatModel.isEmpty else {
                mistakes.append("LLM_BASE_URL is set but LLM_MODEL is not; name the model, such as llama3.2")
                return nil
            }
            let key = draft.chatKey.isEmpty ? nil : draft.chatKey
            return ChatEndpoint(baseURL: draft.chatBaseURL, model: draft.chatModel, key: key)
        }
        if !draft.groqKey.isEmpty {
            let named = [draft.groqModel, draft.chatModel].first { !$0.isEmpty }
            return .groq(key: draft.groqKey, model: named ?? ChatEndpoint.groqDefaultModel)
        }
        if !draft.chatModel.isEmpty || !draft.chatKey.isEmpty {
            mistakes.append("LLM_MODEL or LLM_API_KEY is set but neither LLM_BASE_URL nor GROQ_API_KEY is")
        }
        return nil
    }
}
