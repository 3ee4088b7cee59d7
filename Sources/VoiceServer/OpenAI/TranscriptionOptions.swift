import VoicePipeline

/// What a request to `/v1/audio/transcriptions` or `/translations` asks for.
/// - Source: OpenAI's API reference, audio.
package struct TranscriptionOptions: Equatable, Sendable {
    package var request = TranscriptionRequest()
    package var format = TranscriptFormat.json
    package var listsSegments = true
    package var listsWords = false
    package var streams = false

    /// - Parameters:
    ///   - field: the value of a field.
    ///   - fields: all values of a field.
    package init(
        task: RecognitionOptions.Task, field: (String) -> String?, fields: (String) -> [String],
        model: RecognitionModel
    ) throws(ServiceFailure) {
        request.task = task
        guard task == .transcribe || model.canTranslate else {
            throw ServiceFailure.invalid(
                "model", "The model \(model.name) cannot translate; take a multilingual one, such as whisper-base.")
        }
        if let name = field("response_format"), !name.isEmpty {
            guard let format = TranscriptFormat(name: name) else {
                throw ServiceFailure.invalid(
                    "response_format",
                    "The format must be one of json, text, srt, vtt, verbose_json, not “\(ShownText.short(name))”.")
            }
            self.format = format
        }
        if let text = field("language"), !text.isEmpty {
            request.language = try TranscribeOptions.language(text, in: "body", languages: model.languages)
        }
        request.prompt = field("prompt") ?? ""
        request.hotWords = field("hotwords") ?? ""
        if let text = field("temperature"), !text.isEmpty {
            guard let value = Float(text), (0...1).contains(value) else {
                throw ServiceFailure.invalid(
                    "temperature", "The temperature must be a number from 0 to 1, not “\(ShownText.short(text))”.")
            }
            // OpenAI's 0 also stands for a temperature that rises where it must.
            request.temperature = value == 0 ? nil : value
        }
        try readGranularities(fields("timestamp_granularities[]") + fields("timestamp_granularities"))
        streams = try Self.truth(field("stream"), "stream")
        let isTimed = [.srt, .vtt, .verboseJSON].contains(format)
        request.timing = listsWords ? .words : isTimed ? .segments : .none
    }

    private mutating func readGranularities(_ names: [String]) throws(ServiceFailure) {
        guard !names.isEmpty else { return }
        for name in names where name != "segment" && name != "word" {
            throw ServiceFailure.invalid(
                "timestamp_granularities", "It must be segment or word, not “\(ShownText.short(name))”.")
        }
        listsSegments = names.contains("segment")
        listsWords = names.contains("word")
        guard format == .verboseJSON else {
            throw ServiceFailure.invalid(
                "timestamp_granularities", "Times of words and segments come with response_format=verbose_json only.")
        }
    }

    private static func truth(_ text: String?, _ name: String) throws(ServiceFailure) -> Bool {
        switch text?.lowercased() {
        case nil, "", "false", "0": return false
        case "true", "1": return true
        default: throw ServiceFailure.invalid(name, "It must be true or false.")
        }
    }

    /// The answer's text.
    func write(_ transcription: Transcription) -> String {
        TranscriptText.write(
            transcription, as: format, task: request.task, segments: listsSegments, words: listsWords)
    }
}
