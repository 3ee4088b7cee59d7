/// Keeps what was said in each session.
public protocol ConversationStore: Sendable {
    /// The last messages of a session, oldest first.
    /// - Parameter limit: turns (a turn is a user and an assistant message), at least 1.
    func history(of session: String, turns limit: Int) async throws(StorageError) -> [ChatMessage]
    /// Adds one turn at the end.
    func append(user: String, assistant: String, to session: String) async throws(StorageError)
    /// Forgets the conversation; notes, lists and timers stay.
    func clear(_ session: String) async throws(StorageError)
}

/// Keeps what a user asked the assistant to remember.
public protocol AssistantStore: Sendable {
    /// Adds a text to one of the user's lists.
    func add(_ text: String, to list: AssistantList, session: String) async throws(StorageError)
    /// What is on a list, oldest first.
    func items(of list: AssistantList, session: String) async throws(StorageError) -> [String]
    /// Takes the first item that equals `text` without regard to case off the list.
    /// - Returns: false if there was none.
    func remove(_ text: String, from list: AssistantList, session: String) async throws(StorageError) -> Bool
    /// Empties a list.
    /// - Returns: how many items were on it.
    func clear(_ list: AssistantList, session: String) async throws(StorageError) -> Int

    /// Keeps a timer or an alarm.
    func add(_ alarm: Alarm) async throws(StorageError)
    /// The timers and alarms of a session that were not yet announced, earliest first.
    func alarms(of session: String) async throws(StorageError) -> [Alarm]
    /// The timers and alarms of all sessions that are due at the earliest moment after `time`, seconds since 1970.
    /// - Returns: empty when none is due later; several when they share the moment.
    func nextAlarms(after time: Double) async throws(StorageError) -> [Alarm]
    /// Forgets one timer or alarm, because it was cancelled or announced.
    /// - Returns: false if it was not there.
    func removeAlarm(_ id: String) async throws(StorageError) -> Bool
}

/// The lists a user has.
public enum AssistantList: String, CaseIterable, Sendable {
    case notes
    case shopping
}

/// A timer (so long from now) or an alarm (at a time of day).
public struct Alarm: Equatable, Sendable {
    public enum Kind: String, Sendable { case timer, alarm }
    /// Unique.
    public var id: String
    public var session: String
    public var kind: Kind
    /// What the user calls it, such as "pasta"; may be empty.
    public var label: String
    /// When it was set and when it is due, seconds since 1970.
    public var created: Double
    public var due: Double

    public init(id: String, session: String, kind: Kind, label: String, created: Double, due: Double) {
        self.id = id
        self.session = session
        self.kind = kind
        self.label = label
        self.created = created
        self.due = due
    }
}

/// Why something could not be kept or read.
public enum StorageError: Error, Equatable, Sendable {
    /// The disk is full or the file cannot be written.
    case full
    /// The file is locked, damaged, or of a newer version; the text says what to do.
    case unusable(String)
    /// The library's own error.
    case failed(code: Int32, message: String)
}
