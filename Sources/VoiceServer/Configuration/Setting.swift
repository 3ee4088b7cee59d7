import VoicePipeline

/// One setting: its name, what it means, and how its text is checked and taken over.
struct Setting: Sendable {
    /// The environment variable. The flag is the same name in lower case with dashes: `--server-port`.
    let name: String
    let summary: String
    let isSecret: Bool
    /// Names of the same thing in other programs' configurations, the first before the others. In one source the setting's
    /// own name goes before them all.
    var otherNames: [String] = []
    /// Takes the text over, or returns what is wrong with it; of a secret that says nothing of the text.
    let apply: @Sendable (_ text: String, _ draft: inout ConfigurationDraft) -> String?
    /// The value in force, as text.
    let show: @Sendable (ConfigurationDraft) -> String

    /// The same setting, read from these names too.
    func also(_ names: [String]) -> Setting {
        var setting = self
        setting.otherNames = names
        return setting
    }

    /// What a source says of this setting, and under which name.
    func find(in source: [String: String]) -> (name: String, text: String)? {
        for name in [name] + otherNames {
            if let text = source[name] { return (name, text) }
        }
        return nil
    }

    var flag: String { "--" + name.lowercased().replacing("_", with: "-") }

    static func text(
        _ name: String, _ summary: String, _ path: WritableKeyPath<ConfigurationDraft, String> & Sendable,
        isSecret: Bool = false
    ) -> Setting {
        Setting(
            name: name, summary: summary, isSecret: isSecret,
            apply: { text, draft in
                if text.contains(where: { $0.isNewline }) { return "is not one line" }
                draft[keyPath: path] = text
                return nil
            }, show: { $0[keyPath: path] })
    }

    static func number(
        _ name: String, _ summary: String, _ range: ClosedRange<Int>,
        _ path: WritableKeyPath<ConfigurationDraft, Int> & Sendable
    ) -> Setting {
        Setting(
            name: name, summary: "\(summary) (\(range.lowerBound) to \(range.upperBound))", isSecret: false,
            apply: { text, draft in
                guard let value = Int(text), range.contains(value) else {
                    return "must be a whole number from \(range.lowerBound) to \(range.upperBound), not “\(text)”"
                }
                draft[keyPath: path] = value
                return nil
            }, show: { "\($0[keyPath: path])" })
    }

    /// A decimal fraction, written with a point.
    static func decimal(
        _ name: String, _ summary: String, _ range: ClosedRange<Float>,
        _ path: WritableKeyPath<ConfigurationDraft, Float> & Sendable
    ) -> Setting {
        Setting(
            name: name, summary: "\(summary) (\(range.lowerBound) to \(range.upperBound))", isSecret: false,
            apply: { text, draft in
                // The standard library's reader also knows exponents, hexadecimals and infinities.
                guard text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || $0 == UInt8(ascii: ".") }),
                    let value = Float(text), range.contains(value)
                else { return "must be a number from \(range.lowerBound) to \(range.upperBound), not “\(text)”" }
                draft[keyPath: path] = value
                return nil
            }, show: { "\($0[keyPath: path])" })
    }

    /// Values between commas; empty for none.
    /// - Parameters:
    ///   - rule: what every value must be, for people.
    ///   - read: nil for what is none.
    static func list<Value: Sendable>(
        _ name: String, _ summary: String, _ rule: String,
        _ path: WritableKeyPath<ConfigurationDraft, [Value]> & Sendable, isSecret: Bool = false,
        read: @escaping @Sendable (String) -> Value?, show: @escaping @Sendable (Value) -> String
    ) -> Setting {
        Setting(
            name: name, summary: summary, isSecret: isSecret,
            apply: { text, draft in
                let parts = text.split(separator: ",").map { part in
                    String(part.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
                }
                var values: [Value] = []
                for part in parts where !part.isEmpty {
                    guard let value = read(part) else { return isSecret ? rule : "\(rule), not “\(part)”" }
                    values.append(value)
                }
                draft[keyPath: path] = values
                return nil
            }, show: { $0[keyPath: path].map(show).joined(separator: ",") })
    }

    static func choice<Value: Sendable>(
        _ name: String, _ summary: String, _ choices: [(String, Value)],
        _ path: WritableKeyPath<ConfigurationDraft, Value> & Sendable, show: @escaping @Sendable (Value) -> String
    ) -> Setting {
        let names = choices.map(\.0).joined(separator: ", ")
        return Setting(
            name: name, summary: "\(summary) (\(names))", isSecret: false,
            apply: { text, draft in
                guard let choice = choices.first(where: { $0.0 == text.lowercased() }) else {
                    return "must be one of \(names), not “\(text)”"
                }
                draft[keyPath: path] = choice.1
                return nil
            }, show: { show($0[keyPath: path]) })
    }
}

/// The configuration while it is read; the chat service's parts are put together at the end.
struct ConfigurationDraft: Sendable {
    var configuration = Configuration()
    var groqKey = ""
    var groqModel = ""
    var chatBaseURL = ""
    var chatModel = ""
    var chatKey = ""
}
