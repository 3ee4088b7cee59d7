/// A text frame from server to client. Binary frames are the answer's WAV file in chunks.
/// - Source: Hotpin protocol, section 3.4.
public enum HotpinServerFrame: Equatable, Sendable {
    case connected(sessionID: [UInt8])
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

    /// The documented client parses into 512 bytes; every frame stays below.
    public static let maximumLength = 511

    /// The frame's text; a member that would make it longer than `maximumLength` is cut between two characters.
    public func encoded() -> [UInt8] {
        var object = JSONObjectWriter()
        switch self {
        case .connected(let sessionID):
            object.add("status", "connected")
            object.add("session_id", sessionID)
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
        }
        return object.finished()
    }
}

/// Where a turn's time went; whole milliseconds since the end of speech reached the server.
public struct HotpinTimeline: Equatable, Sendable {
    public var transcript: Int
    public var firstToken: Int
    public var reply: Int
    public var firstAudio: Int

    public init(transcript: Int, firstToken: Int, reply: Int, firstAudio: Int) {
        self.transcript = transcript
        self.firstToken = firstToken
        self.reply = reply
        self.firstAudio = firstAudio
    }

    var object: JSONObjectWriter {
        var object = JSONObjectWriter()
        object.add("transcript", transcript)
        object.add("first_token", firstToken)
        object.add("reply", reply)
        object.add("first_audio", firstAudio)
        return object
    }
}
