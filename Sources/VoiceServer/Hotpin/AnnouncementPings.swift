import Transport

/// The pings behind announcements: their answers show that a client took an announcement to its end.
struct AnnouncementPings {
    /// The turn that announces something now.
    private var current: Int?
    /// The last announcements that were sent; more never wait at once.
    private var sent: [(turn: Int, ping: WebSocket.Ping)] = []
    private static let kept = 8

    mutating func begin(_ turn: Int) { current = turn }

    /// Whether a turn is an announcement that is being sent.
    func isCurrent(_ turn: Int) -> Bool { current == turn }

    mutating func add(_ ping: WebSocket.Ping, of turn: Int) {
        sent = sent.suffix(Self.kept - 1) + [(turn, ping)]
    }

    /// - Returns: nil if the announcement was not sent to its end.
    func ping(of turn: Int) -> WebSocket.Ping? { sent.last { $0.turn == turn }?.ping }
}
