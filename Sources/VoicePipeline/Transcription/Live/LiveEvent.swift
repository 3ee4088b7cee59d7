/// What comes in while someone speaks.
public enum LiveInput: Equatable, Sendable {
    /// Mono, 16 kHz, -1…1, finite; at most a second.
    case samples([Float])
    /// What was said so far is to be written down now.
    case flush
}

/// What is understood while someone speaks. Times are seconds since the beginning of the sound.
public enum LiveEvent: Equatable, Sendable {
    /// What is understood so far of the utterance that began at `start`, up to `end`.
    case partial(PartialTranscript, start: Double, end: Double)
    /// An utterance is over. Its text is empty where nothing was said; the segments' times count from the beginning of
    /// the sound, too.
    case final(Transcript, start: Double, end: Double)
}

/// How sound is transcribed as it comes.
public struct LiveRequest: Equatable, Sendable {
    /// ISO 639-1 code; nil lets a multilingual model find out, for each utterance.
    public var language: String?
    public var task = RecognitionOptions.Task.transcribe
    /// Text in whose manner and with whose names the speech is to be written; empty for none.
    public var prompt = ""
    /// Words that are likely to be said; empty for none.
    public var hotWords = ""
    public var timing = RecognitionOptions.Timing.segments
    /// Whether what is understood is told while an utterance goes on.
    public var partials = true

    public init() {}
}
