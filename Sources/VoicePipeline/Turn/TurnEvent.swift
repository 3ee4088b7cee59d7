/// What happens in a session, in order. Every event carries its turn's number, so a late one can be recognised.
public struct TurnEvent: Sendable {
    /// 1 for the first turn of the session.
    public var turn: Int
    public var kind: Kind

    public enum Kind: Sendable {
        /// The end of speech was taken up; recognition begins.
        case recognizing
        /// Speech began, in a session that listens ahead.
        case speechStarted
        /// The server found that the utterance is over, in a session that takes turns by itself.
        case speechEnded
        /// What is understood so far of the utterance that goes on.
        case partial(PartialTranscript)
        /// What was heard.
        case transcript(Transcript)
        /// A piece of the answer's text, as it becomes known.
        case replyDelta(String)
        /// The whole answer that will be spoken.
        case reply(String)
        /// A part of the answer's speech, in order: in a session that streams audio maybe before the whole reply is known,
        /// else behind `audioLength`.
        case audio(SynthesizedSpeech)
        /// How many samples the answer's speech has in all; behind the reply, and maybe long before the last of them. Where
        /// something could not be spoken, fewer come.
        case audioLength(Int)
        /// Somebody speaks over the answer: nothing more of it is sent until `resumed` or `interrupted`.
        case held
        /// It was no speech: the answer goes on where it was held.
        case resumed
        /// The answer was stopped by the user; what of it was heard.
        case interrupted(heard: String)
        /// The turn is over; what could not be spoken is missing from the audio.
        case done(TurnTimeline)
        /// The turn ended without an answer.
        case failed(TurnFailure)
        /// Something unasked, such as a timer that rings; audio, its length and `done` follow.
        case announcement(String)
    }

    public init(turn: Int, _ kind: Kind) {
        self.turn = turn
        self.kind = kind
    }
}

/// Why a turn had no answer. A door turns it into its own protocol's error.
public enum TurnFailure: Error, Equatable, Sendable {
    /// The end of speech came without audio.
    case emptyAudio
    /// The bytes are not whole 16-bit samples.
    case oddByteCount
    /// The utterance is longer than the limit, seconds.
    case tooLong(limit: Int)
    /// Silence, noise, or nothing that the recognizer understood.
    case notUnderstood
    /// Too many utterances wait already.
    case busy
    /// More turns than the limit allows; the next one is possible in so many seconds, at least 1.
    case tooMany(seconds: Int)
    /// The server stops and takes no new turn.
    case stopping
    /// The engine failed; for the log.
    case recognition(EngineError)
    /// The brain failed in a way it did not put in words; for the log.
    case brain(String)
}
