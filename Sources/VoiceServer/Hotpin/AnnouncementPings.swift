import Transport

/// The pings behind a session's announcements: who answers one has taken what came before it.
struct AnnouncementPings {
    /// The turn that announces something now.
    private var announcing: Int?
    /// Of the last announcements that were sent; more never wait at once.
    private var sent: [(turn: Int, ping: WebSocket.Ping)] = []
    private static let kept = 8

    mutating func begin(_ turn: Int) { announcing = turn }

    func isAnnouncing(_ turn: Int) -> Bool { announcing == turn }

    mutating func add(_ ping: WebSocket.Ping, of turn: Int) { sent = sent.suffix(Self.kept - 1) + [(turn, ping)] }

    func ping(of turn: Int) -> WebSocket.Ping? { sent.last { $0.turn == turn }?.ping }
}
