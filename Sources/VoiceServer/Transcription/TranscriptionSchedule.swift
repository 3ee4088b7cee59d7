/// Which recordings are worked on, and which come next.
///
///     enter ──► runs ──► leave
///       │  └──► waits ──► (next) runs, or leave
///       └─► refused
///
/// - At most `limit` recordings run, and at most `longLimit` of them are long, so that short ones never wait for the end of
///   a long one.
/// - Short ones go before long ones; but behind so many short ones in a row as `shortInRow` a long one goes, so that it is
///   not put off for ever.
/// - Clients take turns: who has many recordings waiting holds up nobody else's.
package struct TranscriptionSchedule: Sendable {
    /// Whom a recording is from, and how long it may be.
    package struct Request: Equatable, Sendable {
        /// The key's name, or the address.
        package var client: String
        package var isLong: Bool

        package init(client: String, isLong: Bool) {
            self.client = client
            self.isLong = isLong
        }
    }

    package enum Answer: Equatable, Sendable {
        case runs, waits, refused
    }

    /// Those that wait, by client, each client in its order; the clients in the order of their turns.
    private struct Lane: Sendable {
        var clients: [(name: String, tickets: [Int])] = []

        var isEmpty: Bool { clients.isEmpty }

        mutating func add(_ ticket: Int, of client: String) {
            if let index = clients.firstIndex(where: { $0.name == client }) {
                clients[index].tickets.append(ticket)
            } else {
                clients.append((name: client, tickets: [ticket]))
            }
        }

        /// Takes the ticket whose turn it is; its client goes to the end.
        mutating func next() -> Int? {
            guard !clients.isEmpty else { return nil }
            var client = clients.removeFirst()
            let ticket = client.tickets.removeFirst()
            if !client.tickets.isEmpty { clients.append(client) }
            return ticket
        }

        mutating func remove(_ ticket: Int) -> Bool {
            for index in clients.indices {
                guard let place = clients[index].tickets.firstIndex(of: ticket) else { continue }
                clients[index].tickets.remove(at: place)
                if clients[index].tickets.isEmpty { clients.remove(at: index) }
                return true
            }
            return false
        }
    }

    package static let shortInRow = 8

    package let limit: Int
    package let longLimit: Int
    package let capacity: Int
    private var running: [Int: Bool] = [:]
    private var runningLong = 0
    private var short = Lane()
    private var long = Lane()
    /// Recordings that wait.
    package private(set) var waiting = 0
    /// Short ones that went while a long one waited for its turn.
    private var passed = 0

    /// - Parameters:
    ///   - limit: recordings that run at once, at least 1.
    ///   - capacity: recordings that wait, at least 0.
    package init(limit: Int, capacity: Int) {
        self.limit = max(1, limit)
        longLimit = max(1, limit - 1)
        self.capacity = max(0, capacity)
    }

    /// Recordings that run.
    package var runningCount: Int { running.count }

    /// A recording comes; unless it is refused it must leave in the end.
    package mutating func enter(_ ticket: Int, _ request: Request) -> Answer {
        // Whoever waits and could run would run; so nobody is passed over here, but long ones for want of a place.
        if running.count < limit, !request.isLong || runningLong < longLimit {
            start(ticket, isLong: request.isLong)
            return .runs
        }
        guard waiting < capacity else { return .refused }
        waiting += 1
        if request.isLong { long.add(ticket, of: request.client) } else { short.add(ticket, of: request.client) }
        return .waits
    }

    /// A recording is over, or is not wanted any more.
    /// - Returns: those that run from now on.
    package mutating func leave(_ ticket: Int) -> [Int] {
        if let isLong = running.removeValue(forKey: ticket) {
            if isLong { runningLong -= 1 }
        } else if short.remove(ticket) || long.remove(ticket) {
            waiting -= 1
        }
        var started: [Int] = []
        while running.count < limit, let next = next() {
            waiting -= 1
            start(next.ticket, isLong: next.isLong)
            started.append(next.ticket)
        }
        return started
    }

    private mutating func next() -> (ticket: Int, isLong: Bool)? {
        let mayLong = runningLong < longLimit && !long.isEmpty
        if mayLong, short.isEmpty || passed >= Self.shortInRow, let ticket = long.next() {
            passed = 0
            return (ticket, true)
        }
        guard let ticket = short.next() else { return nil }
        passed = mayLong ? passed + 1 : 0
        return (ticket, false)
    }

    private mutating func start(_ ticket: Int, isLong: Bool) {
        running[ticket] = isLong
        if isLong { runningLong += 1 }
    }
}
