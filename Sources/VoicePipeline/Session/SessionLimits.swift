/// What a session may take and give.
public struct SessionLimits: Equatable, Sendable {
    /// The longest utterance, seconds. Whisper hears 30 s at once.
    public var utteranceSeconds = 30
    /// How fast sound is taken that costs work at once, because it is encoded or listened to: times real time.
    public var audioSpeed = 4
    /// Turns that may wait behind the running one.
    public var waitingTurns = 4
    /// Time from the end of speech until the answer's text must be there; what is there then is spoken.
    /// The documented client gives up after 10 s, and synthesis needs the rest.
    public var replyDeadline: Duration = .seconds(7)
    /// What is left for the reply when recognition has used that time up: a skill answers within it.
    public var leastThinking: Duration = .seconds(1)
    /// The answer's length. The documented client holds 512,000 bytes of WAV (15.9 s) and 512 bytes of text.
    public var spoken = SpokenBudget(maximumBytes: 440, maximumWords: 42)
    /// Seconds of speech in one answer.
    public var answerSeconds = 15.9
    /// Sample rate of the answer, Hz.
    public var outputRate = 16_000
    /// 80…400.
    public var wordsPerMinute = 175
    /// From the opening of a connection to the protocol's handshake.
    public var handshake: Duration = .seconds(10)
    /// Silence after an answer until a hands-free session is asked whether anyone is there; zero never asks.
    public var stillThere: Duration = .seconds(30)
    /// Turns of context that the brain is given.
    public var historyTurns = 10
    /// What is done ahead of the user, at a pause that may be the end of the utterance.
    public var ahead = Ahead.reply
    /// When an utterance is over.
    public var endpointer = EndpointerSettings()

    /// How far a turn runs ahead.
    public enum Ahead: String, Sendable, CaseIterable {
        /// Nothing is done before the end of speech.
        case nothing
        /// The utterance is recognised.
        case recognition
        /// It is recognised, and the reply begun: one request to the chat model, and the answer's first words.
        case reply
    }

    /// For a client that plays an answer while it is made: its buffer does not bound the answer.
    public var streaming: SessionLimits {
        var limits = self
        limits.spoken = SpokenBudget(maximumBytes: 1500, maximumWords: 120)
        limits.answerSeconds = 60
        return limits
    }

    public init() {}
}
