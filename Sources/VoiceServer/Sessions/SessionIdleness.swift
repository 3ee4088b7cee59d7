/// Finds sessions that say nothing. A value that is asked at steady intervals.
package struct SessionIdleness: Sendable {
    /// Looks within the time after which a session is idle.
    package static let looks = 8

    private var seen = -1
    private var unchanged = 0

    package init() {}

    /// - Parameters:
    ///   - activity: a number that changes whenever the session says something.
    ///   - isResting: no turn runs.
    /// - Returns: whether it was idle for the whole time.
    package mutating func look(activity: Int, isResting: Bool) -> Bool {
        if activity != seen || !isResting {
            seen = activity
            unchanged = 0
            return false
        }
        unchanged += 1
        return unchanged >= Self.looks
    }
}
