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
    /// Takes an alarm to announce it: of several processes that share the store, one gets it.
    /// - Parameters:
    ///   - claim: names this attempt; unique.
    ///   - seconds: after so long anyone may take it again, because whoever had it may have died.
    /// - Returns: false if someone else has it, or it is gone.
    func claimAlarm(_ id: String, as claim: String, for seconds: Double) async throws(StorageError) -> Bool
    /// Gives back an alarm that could not be announced. Does nothing if another attempt has it.
    func releaseAlarm(_ id: String, claimedAs claim: String) async throws(StorageError)
    /// Writes a timer or an alarm anew, because its due time is another.
    /// - Returns: false if it was not there; it is not added then.
    func moveAlarm(_ alarm: Alarm) async throws(StorageError) -> Bool
    /// Forgets one timer or alarm, because it was cancelled or announced.
    /// - Returns: false if it was not there.
    func removeAlarm(_ id: String) async throws(StorageError) -> Bool
}

/// The lists a user has.
public enum AssistantList: String, CaseIterable, Sendable {
    case notes
    case shopping
}
