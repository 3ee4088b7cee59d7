import Transport
import VoicePipeline

/// What a request to `/transcribe` asks for. It may stand in the query or in the form, as the document has it in both places;
/// the form goes before.
/// - Source: transcription back-end document, sections 2.7 and 2.9.
package struct TranscribeOptions: Equatable, Sendable {
    /// ISO 639-1 code; English is the document's default, for models that know it. nil lets the model find out.
    package var language: String?
    package var normalizes = true
    package var trimsSilence = true

    /// - Parameters:
    ///   - query: the value of a field of the query.
    ///   - form: the value of a field of the form.
    ///   - languages: codes that the model knows; empty where that is not known.
    package init(
        query: (String) -> String?, form: (String) -> String?, languages: [String]
    ) throws(ServiceFailure) {
        func find(_ name: String) -> (value: String, place: String)? {
            form(name).map { ($0, "body") } ?? query(name).map { ($0, "query") }
        }
        language = Self.usual(of: languages)
        if let found = find("language") {
            language = try Self.language(found.value, in: found.place, languages: languages)
        }
        if let found = find("normalize") {
            normalizes = try Self.truth(found.value, "normalize", in: found.place)
        }
        if let found = find("trim_silence") {
            trimsSilence = try Self.truth(found.value, "trim_silence", in: found.place)
        }
    }

    /// - Parameter languages: codes that the model knows.
    /// - Returns: nil for `auto`.
    static func language(_ text: String, in place: String, languages: [String]) throws(ServiceFailure) -> String? {
        let text = HeaderValue.trimmed(text)
        if text.isEmpty { return usual(of: languages) }
        if text.lowercased() == "auto" { return nil }
        // A region says nothing to the models: en-US.
        let plain = text.split(separator: "-").first.map(String.init) ?? text
        if let code = LanguageName.code(of: text) ?? LanguageName.code(of: plain),
            languages.isEmpty || languages.contains(code)
        {
            return code
        }
        guard !languages.isEmpty else {
            throw ServiceFailure.invalid(
                "language", in: place,
                "“\(ShownText.short(text))” is no language; use a code or a name such as en, de or german, or auto.")
        }
        let known =
            languages.count > 12
            ? "\(languages.prefix(12).joined(separator: ", ")) …" : languages.joined(separator: ", ")
        throw ServiceFailure.invalid(
            "language", in: place,
            "The model does not know the language “\(ShownText.short(text))”; it knows \(known); auto finds out.")
    }

    /// What is spoken where nobody says it.
    static func usual(of languages: [String]) -> String? { languages.contains("en") ? "en" : languages.first }

    private static func truth(_ text: String, _ name: String, in place: String) throws(ServiceFailure) -> Bool {
        switch text.lowercased() {
        case "true", "1", "yes", "on", "y", "t": return true
        case "false", "0", "no", "off", "n", "f": return false
        default:
            var failure = ServiceFailure.invalid(
                name, in: place, "Input should be a valid boolean: true or false, not “\(ShownText.short(text))”.")
            failure.field?.type = "bool_parsing"
            throw failure
        }
    }
}
