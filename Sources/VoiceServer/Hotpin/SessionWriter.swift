import Transport
import VoicePipeline

/// Sends a session's events to its client.
protocol SessionWriter: Actor, AnswerPlayback {
    /// Sends one event; suspends while the client takes no more. A failed write means that the client is gone; the
    /// door's reader ends then too.
    func write(_ event: TurnEvent) async

    /// The ping behind an announcement's audio; nil if the announcement was not sent to its end.
    func ping(of turn: Int) -> WebSocket.Ping?

    /// Runs a session's work, and beside it what sending its events needs.
    func run(_ work: @escaping Conversation.Work) async
}
