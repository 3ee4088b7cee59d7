import VoicePipeline

/// The server-sent events of a transcription.
/// - Source: OpenAI's API reference, audio: transcription stream events.
enum TranscriptEvent {
    /// Some more of the text.
    static func delta(_ text: String) -> String {
        var event = JSONText()
        event.add("type", "transcript.text.delta")
        event.add("delta", text)
        return data(event.text)
    }

    /// All of the text.
    static func done(_ transcription: Transcription) -> String {
        var event = JSONText()
        event.add("type", "transcript.text.done")
        event.add("text", transcription.text)
        var usage = JSONText()
        usage.add("type", "duration")
        usage.add("seconds", Int(min(max(0, transcription.duration.rounded(.up)), 1e9)))
        event.add("usage", json: usage.text)
        return data(event.text)
    }

    /// What went wrong after the answer had begun.
    static func error(_ failure: ServiceFailure) -> String {
        "event: error\n" + data(ErrorShape.openAI.body(failure))
    }

    private static func data(_ json: String) -> String { "data: \(json)\n\n" }
}
