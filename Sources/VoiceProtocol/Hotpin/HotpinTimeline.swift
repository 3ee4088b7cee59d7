/// Where a turn's time went; whole milliseconds since the end of speech reached the server.
public struct HotpinTimeline: Equatable, Sendable {
    public var transcript: Int
    public var firstToken: Int
    public var reply: Int
    public var firstAudio: Int
    /// For who has an agreement.
    public var details: Details?

    /// What the documented timeline does not say.
    public struct Details: Equatable, Sendable {
        /// When the end of speech was certain.
        public var endpoint: Int
        /// When the first words of the answer were there to be spoken.
        public var firstClause: Int
        /// When the last of the audio left.
        public var lastAudio: Int

        public init(endpoint: Int, firstClause: Int, lastAudio: Int) {
            self.endpoint = endpoint
            self.firstClause = firstClause
            self.lastAudio = lastAudio
        }
    }

    public init(transcript: Int, firstToken: Int, reply: Int, firstAudio: Int, details: Details? = nil) {
        self.transcript = transcript
        self.firstToken = firstToken
        self.reply = reply
        self.firstAudio = firstAudio
        self.details = details
    }

    var object: JSONObjectWriter {
        var object = JSONObjectWriter()
        if let details {
            object.add("speech_end", 0)
            object.add("endpoint", details.endpoint)
        }
        object.add("transcript", transcript)
        object.add("first_token", firstToken)
        if let details { object.add("first_clause", details.firstClause) }
        object.add("reply", reply)
        object.add("first_audio", firstAudio)
        if let details { object.add("last_audio", details.lastAudio) }
        return object
    }
}
