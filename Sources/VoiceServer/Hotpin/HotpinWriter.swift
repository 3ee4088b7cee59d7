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
    /// The turn that announces something now.
    private var announcing: Int?
    /// The last announcements that were sent, and the pings behind their audio; more never wait at once.
    private var announced: [(turn: Int, ping: WebSocket.Ping)] = []
    private static let announcementsKept = 8

    init(
        _ socket: WebSocket, _ handshake: HotpinHandshake, floor: TurnFloor, sampleRate: Int, metrics: ServerMetrics
    ) {
        self.metrics = metrics
        self.socket = socket
        self.floor = floor
        encoder = HotpinEncoder(handshake: handshake, sampleRate: sampleRate)
    }

    /// The ping behind an announcement's audio; nil if the announcement was not sent to its end.
    func ping(of turn: Int) -> WebSocket.Ping? { announced.last { $0.turn == turn }?.ping }

    /// A failed write means that the client is gone; the door's reader ends then too.
    func write(_ event: TurnEvent) async {
        if case .announcement = event.kind { announcing = event.turn }
        var messages = encoder.encode(event)[...]
        guard case .done(var timeline) = event.kind else {
            _ = await send(&messages, of: event.turn)
            return
        }
        var ping: WebSocket.Ping?
        if event.turn == announcing {
            // Before the last frame: who hangs up once the announcement is complete has answered it.
            let last = messages.popLast()
            guard await send(&messages, of: event.turn) else { return }
            ping = try? await socket.ping()
            messages = last.map { [$0] } ?? []
        }
        guard await send(&messages, of: event.turn) else { return }
        if let ping {
            announced = announced.suffix(Self.announcementsKept - 1) + [(event.turn, ping)]
        }
        answerSeconds = timeline.answerSeconds
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
}
