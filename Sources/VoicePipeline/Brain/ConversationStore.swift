/// Keeps what was said in each session.
public protocol ConversationStore: Sendable {
    /// The last messages of a session, oldest first.
    /// - Parameter limit: turns (a turn is a user and an assistant message), at least 1.
    func history(of session: String, turns limit: Int) async throws(StorageError) -> [ChatMessage]
    /// Adds one turn at the end.
    func append(user: String, assistant: String, to session: String) async throws(StorageError)
    /// Corrects the last turn, if that is the one with this question: so much of its answer was heard.
    /// - Parameter assistant: empty removes the turn.
    func amend(assistant: String, to user: String, in session: String) async throws(StorageError)
    /// Forgets the conversation; notes, lists and timers stay.
    func clear(_ session: String) async throws(StorageError)
    /// Forgets turns that were said before `time`, seconds since 1970.
    /// - Returns: how many turns.
    func forget(before time: Double) async throws(StorageError) -> Int
}
