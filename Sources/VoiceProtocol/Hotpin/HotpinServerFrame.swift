/// A text frame from server to client. Binary frames are the answer's WAV file in chunks; where a stream was agreed,
/// audio as `HotpinAudioHeader` says.
/// - Source: Hotpin protocol, section 3.4.
public enum HotpinServerFrame: Equatable, Sendable {
    /// - Parameter agreement: told to who asked for one.
    case connected(sessionID: [UInt8], agreement: HotpinAgreement? = nil)
    case transcription
    /// What was heard.
    case llm(transcript: [UInt8])
    /// What will be said.
    case tts(response: [UInt8])
    /// All audio was sent.
    case complete(timeline: HotpinTimeline?)
    case error(message: [UInt8])
    /// Something the client did not ask for: a timer that rings. Only for clients that said `announcements`.
    case announcement(response: [UInt8])
    /// The user began to speak.
    case speechStarted
    /// The user has finished.
    case speechEnded
    /// What is understood so far; `text` begins with `stable`, which is not taken back.
    case partial(stable: [UInt8], text: [UInt8])
    /// Audio begins.
    case audio(HotpinAudioHeader)
    /// The words of the audio that follows, and where in the answer's audio they begin, ms.
    case speaking(text: [UInt8], at: Int)
    /// The answer's audio is over; its length, ms.
    case audioEnd(duration: Int)
    /// Stop playing, and keep what is there.
    case held
    /// Go on playing.
    case resumed
    /// The answer was stopped: throw away what is there. What of it was heard, if that is known.
    case cancelled(heard: [UInt8]?)

    /// The documented client parses into 512 bytes; every frame stays below.
    public static let maximumLength = 511
    /// Bytes of an object that ends with `stable`: leaves as much for the text that follows.
    private static let lengthWithStable = 266
    /// What follows the words in `speaking`, with nine digits.
    private static let lengthOfPlace = 18

    /// The frame's text; a member that would make it longer than `maximumLength` is cut between two characters.
    public func encoded() -> [UInt8] {
        var object = JSONObjectWriter()
        switch self {
        case .connected(let sessionID, let agreement):
            object.add("status", "connected")
            object.add("session_id", sessionID)
            agreement?.add(to: &object)
        case .transcription:
            object.add("status", "processing")
            object.add("stage", "transcription")
        case .llm(let transcript):
            object.add("status", "processing")
            object.add("stage", "llm")
            object.add("transcript", transcript, keeping: Self.maximumLength)
        case .tts(let response):
            object.add("status", "processing")
            object.add("stage", "tts")
            object.add("response", response, keeping: Self.maximumLength)
        case .complete(let timeline):
            object.add("status", "complete")
            if let timeline { object.add("timeline", timeline.object) }
        case .error(let message):
            object.add("status", "error")
            object.add("message", message, keeping: Self.maximumLength)
        case .announcement(let response):
            object.add("status", "announcement")
            object.add("response", response, keeping: Self.maximumLength)
        case .speechStarted: object.add("status", "speech_started")
        case .speechEnded: object.add("status", "speech_ended")
        case .partial(let stable, let text):
            object.add("status", "partial")
            object.add("stable", stable, keeping: Self.lengthWithStable)
            object.add("text", text, keeping: Self.maximumLength)
        case .audio(let header):
            object.add("status", "audio")
            header.add(to: &object)
        case .speaking(let text, let at):
            object.add("status", "speaking")
            object.add("text", text, keeping: Self.maximumLength - Self.lengthOfPlace)
            object.add("at_ms", at)
        case .audioEnd(let duration):
            object.add("status", "audio_end")
            object.add("duration_ms", duration)
        case .held: object.add("status", "held")
        case .resumed: object.add("status", "resumed")
        case .cancelled(let heard):
            object.add("status", "cancelled")
            if let heard { object.add("heard", heard, keeping: Self.maximumLength) }
        }
        return object.finished()
    }
}
