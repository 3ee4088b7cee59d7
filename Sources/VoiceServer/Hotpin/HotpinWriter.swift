import Transport
import VoicePipeline
import VoiceProtocol

/// Sends a session's events to its client. An actor, because a turn and the announcement of another task may both
/// have something to send; messages never mix, turns do not run at once.
actor HotpinWriter {
    private let socket: WebSocket
    private let floor: TurnFloor
    private let metrics: ServerMetrics
    private var encoder: HotpinEncoder
    /// Seconds of speech in the last answer.
    private(set) var answerSeconds = 0.0

    init(
        _ socket: WebSocket, _ handshake: HotpinHandshake, floor: TurnFloor, sampleRate: Int, metrics: ServerMetrics
    ) {
        self.metrics = metrics
        self.socket = socket
        self.floor = floor
        encoder = HotpinEncoder(handshake: handshake, sampleRate: sampleRate)
    }

    /// A failed write means that the client is gone; the door's reader ends then too.
    func write(_ event: TurnEvent) async {
        for message in encoder.encode(event) {
            guard event.turn >= floor.first else { return }
            do {
                switch message {
                case .text(let text): try await socket.send(text: text)
                case .binary(let bytes): try await socket.send(binary: bytes)
                }
            } catch {
                return
            }
        }
        guard case .done(var timeline) = event.kind else { return }
        answerSeconds = timeline.answerSeconds
        timeline.mark(.sent)
        metrics.turnSent(timeline)
    }
}
