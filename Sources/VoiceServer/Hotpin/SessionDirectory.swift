import VoicePipeline

/// The open sessions that want to hear of things they did not ask for, such as a timer that rings.
public actor SessionDirectory {
    /// Proof of an entry, to leave with.
    public struct Ticket: Hashable, Sendable {
        let number: Int
    }

    private var sessions: [Ticket: Conversation] = [:]
    private var last = 0

    public init() {}

    func enter(_ conversation: Conversation) -> Ticket {
        last += 1
        let ticket = Ticket(number: last)
        sessions[ticket] = conversation
        return ticket
    }

    func leave(_ ticket: Ticket) {
        sessions[ticket] = nil
    }

    /// Whether someone is connected to a session and wants to hear of such things.
    public func listens(to session: String) -> Bool {
        sessions.values.contains { $0.session == session }
    }

    /// Says a sentence in every open connection of a session.
    /// - Returns: false if none is open, so that it must be said another time.
    public func announce(_ text: String, in session: String) async -> Bool {
        var said = false
        for conversation in sessions.values where conversation.session == session {
            if await conversation.announce(text) { said = true }
        }
        return said
    }
}
