import VoicePipeline

/// What a request to `/v1/audio/speech` asks for.
/// - Source: OpenAI's API reference, audio.
package struct SpeechOptions: Equatable, Sendable {
    package var input: String
    package var format = AudioFormat.wav
    /// Of the voice's own pace, 0.25…4.
    package var speed = 1.0

    /// Characters of a text.
    package static let maximumInput = 4096

    /// Voices that programs name without knowing this server.
    private static let foreign: Set<String> = [
        "alloy", "ash", "ballad", "cedar", "coral", "echo", "fable", "marin", "nova", "onyx", "sage", "shimmer",
        "verse",
    ]

    /// - Parameter voice: the name of this server's voice.
    package init(json: [UInt8], voice: String) throws(ServiceFailure) {
        let fields = try JSONFields(json)
        if let model = try fields.string("model"), !DefaultModel.speech.contains(model), model != voice {
            var failure = ServiceFailure(
                404, "The model “\(ShownText.short(model))” does not exist here; there are: tts-1, \(voice).",
                code: "model_not_found")
            failure.field = ServiceFailure.Field(place: "body", name: "model", type: "value_error")
            throw failure
        }
        guard let input = try fields.string("input"), !input.isEmpty else {
            throw ServiceFailure.missing("input", "There is no text; put it into “input”.")
        }
        guard input.unicodeScalars.count <= Self.maximumInput else {
            throw ServiceFailure.invalid(
                "input", "The text is longer than \(Self.maximumInput) characters; send it in parts.")
        }
        self.input = input
        if let name = try fields.string("voice"), !name.isEmpty, name != voice, name != "default",
            !Self.foreign.contains(name)
        {
            throw ServiceFailure.invalid(
                "voice", "There is no voice “\(ShownText.short(name))”; this server's voice is \(voice).")
        }
        if let name = try fields.string("response_format"), !name.isEmpty {
            guard let format = AudioFormat(rawValue: name.lowercased()) else {
                throw ServiceFailure.invalid(
                    "response_format",
                    "This server does not make “\(ShownText.short(name))”; it makes wav, flac, opus and pcm (no mp3 or aac)."
                )
            }
            self.format = format
        }
        if let speed = try fields.number("speed") {
            guard (0.25...4).contains(speed) else {
                throw ServiceFailure.invalid("speed", "The speed must be from 0.25 to 4.")
            }
            self.speed = speed
        }
        if let form = try fields.string("stream_format"), form != "audio" {
            throw ServiceFailure.invalid("stream_format", "Speech is streamed as audio only; leave this out.")
        }
    }

    /// - Parameter usual: the server's own pace.
    /// - Returns: words a minute, as far as voices go.
    package func wordsPerMinute(usual: Int) -> Int {
        Int(min(max(Double(usual) * speed, 80), 400).rounded())
    }
}
