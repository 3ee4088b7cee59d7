/// What a door knows of the answer that it sends while its client plays it.
public protocol AnswerPlayback: Sendable {
    /// The words of the answer that the user has heard: whole ones, from its beginning.
    /// - Parameter played: how much of its audio the client says it has played; nil to go by what was sent, and when.
    func heard(played: Duration?) async -> String

    /// How long the client will still play what it was sent.
    func remaining() async -> Duration

    /// Whether the answer of a turn was sent to its end; asked when the turn is over.
    func hasSent(_ turn: Int) async -> Bool
}
