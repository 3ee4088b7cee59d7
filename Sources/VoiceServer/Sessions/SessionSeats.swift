/// Which connection a session belongs to. A value; the `SessionDirectory` acts.
///
/// ```
///   free ──enter(a)──► a owns and runs ──enter(b)──► b owns, a runs on until its turn is over ──leave(a)──► b owns and runs
///                                                    └─enter(c)──► c owns, b is sent away too
/// ```
/// Invariants: a session has at most one owner, the newest connection; at most one connection runs turns; who runs
/// and does not own was sent away.
package struct SessionSeats: Sendable {
    /// A connection.
    package typealias Ticket = Int

    private struct Seat {
        var owner: Ticket?
        var running: Ticket?
    }
    private var seats: [String: Seat] = [:]

    package init() {}

    /// Sessions with a connection.
    package var count: Int { seats.count }

    /// The connection that owns a session and runs its turns.
    package func admitted(_ session: String) -> Ticket? {
        guard let seat = seats[session], seat.owner == seat.running else { return nil }
        return seat.owner
    }

    /// A connection claims a session.
    /// - Returns: the connection that it takes over from, which must be sent away; and whether it may run turns now.
    package mutating func enter(_ ticket: Ticket, session: String) -> (evicted: Ticket?, isAdmitted: Bool) {
        var seat = seats[session] ?? Seat()
        let evicted = seat.owner
        seat.owner = ticket
        let isAdmitted = seat.running == nil
        if isAdmitted { seat.running = ticket }
        seats[session] = seat
        return (evicted, isAdmitted)
    }

    /// A connection has ended its turns, or never began.
    /// - Returns: the connection that may run turns from now on.
    package mutating func leave(_ ticket: Ticket, session: String) -> Ticket? {
        guard var seat = seats[session] else { return nil }
        if seat.owner == ticket { seat.owner = nil }
        var admitted: Ticket?
        if seat.running == ticket {
            seat.running = seat.owner
            admitted = seat.owner
        }
        seats[session] = seat.owner == nil && seat.running == nil ? nil : seat
        return admitted
    }
}
