import Transport
import VoicePipeline
import VoiceProtocol

/// Sends a session's events to a client that plays one file. An actor, because a turn and the announcement of another
/// task may both have something to send; messages never mix, turns do not run at once.
actor HotpinWriter: SessionWriter {
    private let socket: WebSocket
    private let floor: TurnFloor
    private let metrics: ServerMetrics
    private var encoder: HotpinEncoder
    private let elapsed: @Sendable () -> Duration
    /// When the client will have played the last answer.
    private var end = Duration.zero
    private var pings = AnnouncementPings()
    /// The last turn whose answer was sent to its end.
    private var lastSent = 0

    init(
        _ socket: WebSocket, _ handshake: HotpinHandshake, floor: TurnFloor, sampleRate: Int,
        clock: any Clock<Duration>, metrics: ServerMetrics
    ) {
        elapsed = clock.stopwatch()
        self.metrics = metrics
        self.socket = socket
        self.floor = floor
        encoder = HotpinEncoder(handshake: handshake, sampleRate: sampleRate)
    }

    func ping(of turn: Int) -> WebSocket.Ping? { pings.ping(of: turn) }

    func write(_ event: TurnEvent) async {
        if case .announcement = event.kind { pings.begin(event.turn) }
        var messages = encoder.encode(event)[...]
        guard case .done(var timeline) = event.kind else {
            _ = await send(&messages, of: event.turn)
            return
        }
        var ping: WebSocket.Ping?
        if pings.isAnnouncing(event.turn) {
            // Before the last frame: who hangs up once the announcement is complete has answered it.
            let last = messages.popLast()
            guard await send(&messages, of: event.turn) else { return }
            ping = try? await socket.ping()
            messages = last.map { [$0] } ?? []
        }
        guard await send(&messages, of: event.turn) else { return }
        if let ping { pings.add(ping, of: event.turn) }
        lastSent = event.turn
        end = elapsed() + .milliseconds(Int64(timeline.answerSeconds * 1000))
        timeline.mark(.sent)
        metrics.turnSent(timeline)
    }

    /// - Returns: false if the turn was reset or the client is gone.
    private func send(_ messages: inout ArraySlice<HotpinEncoder.Message>, of turn: Int) async -> Bool {
        while let message = messages.popFirst() {
            guard turn >= floor.first else { return false }
            do {
                switch message {
                case .text(let text): try await socket.send(text: text)
                case .binary(let bytes): try await socket.send(binary: bytes)
                }
            } catch {
                return false
            }
        }
        return true
    }

    func run(_ work: @escaping Conversation.Work) async { await work() }

    /// A file is played when all of it is there; how far it came, only the client knows.
    func heard(played: Duration?) -> String { "" }

    func hasSent(_ turn: Int) -> Bool { lastSent == turn }

    func remaining() -> Duration { max(.zero, end - elapsed()) }
}
