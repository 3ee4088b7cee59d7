/// Forms in which a transcription is written down; the names are those of OpenAI's `response_format`.
public enum TranscriptFormat: String, Sendable, CaseIterable {
    /// An object with the text.
    case json
    /// The words alone.
    case text
    /// SubRip subtitles.
    case srt
    /// WebVTT subtitles.
    case vtt
    /// An object with everything that is known.
    case verboseJSON = "verbose_json"

    /// - Parameter name: as above; `txt` is another name of `text`.
    public init?(name: String) {
        self.init(rawValue: name == "txt" ? "text" : name)
    }

    public var contentType: String {
        switch self {
        case .json, .verboseJSON: "application/json"
        case .text, .srt: "text/plain; charset=utf-8"
        case .vtt: "text/vtt; charset=utf-8"
        }
    }

    /// What a file of this form is called behind its dot.
    public var fileExtension: String {
        switch self {
        case .json, .verboseJSON: "json"
        case .text: "txt"
        case .srt: "srt"
        case .vtt: "vtt"
        }
    }
}
