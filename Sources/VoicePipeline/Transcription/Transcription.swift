/// What is asked about one recording.
public struct TranscriptionRequest: Equatable, Sendable {
    /// ISO 639-1 code; nil lets a multilingual model find out.
    public var language: String?
    public var task = RecognitionOptions.Task.transcribe
    /// Text in whose manner and with whose names the speech is to be written; empty for none.
    public var prompt = ""
    /// Words that are likely to be said; empty for none.
    public var hotWords = ""
    /// 0…1; nil is 0, raised where that goes wrong.
    public var temperature: Float?
    public var timing = RecognitionOptions.Timing.segments
    /// Short work that someone waits for goes before long files.
    public var priority = EnginePriority.request

    public init() {}
}

/// What was said in one recording.
public struct Transcription: Equatable, Sendable {
    /// All segments' texts with a space between; empty when nothing was said.
    public var text = ""
    /// ISO 639-1 code.
    public var language = "en"
    /// Seconds of audio that were read.
    public var duration = 0.0
    /// In order of time; there are segments wherever there is text.
    public var segments: [TranscriptSegment] = []
    /// Seconds that the model computed or waited for its thread.
    public var inferenceSeconds = 0.0

    public init() {}

    /// How likely the words are right, 0…1; 0 where nothing was said.
    public var confidence: Float {
        let tokens = segments.reduce(0) { $0 + max($1.tokens.count, 1) }
        guard tokens > 0 else { return 0 }
        let sum = segments.reduce(Float(0)) { $0 + $1.averageLogProbability * Float(max($1.tokens.count, 1)) }
        return Transcript(text: text, averageLogProbability: sum / Float(tokens)).confidence
    }
}

/// What there is to tell while a recording is transcribed.
public enum TranscriptionEvent: Equatable, Sendable {
    /// The language that was asked for or found, once, before all segments.
    case language(String)
    /// A further segment; times count from the beginning of the recording.
    case segment(TranscriptSegment)
    /// So many seconds of the recording are done.
    case progress(seconds: Double)
}
