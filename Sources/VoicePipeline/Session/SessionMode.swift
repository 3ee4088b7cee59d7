/// How a session takes turns and gives answers, as its client asked.
public struct SessionMode: Equatable, Sendable {
    /// The server finds out when the user has finished; without it the client says so.
    public var takesTurns = false
    /// Speech over an answer stops it. Only for clients whose microphone does not hear their own speaker.
    public var bargesIn = false
    /// `TurnEvent.partial`s are wanted.
    public var wantsPartials = false
    /// Audio is wanted as soon as it exists; without it an answer is made as a whole.
    public var streamsAudio = false

    public init(
        takesTurns: Bool = false, bargesIn: Bool = false, wantsPartials: Bool = false, streamsAudio: Bool = false
    ) {
        self.takesTurns = takesTurns
        self.bargesIn = bargesIn
        self.wantsPartials = wantsPartials
        self.streamsAudio = streamsAudio
    }
}
