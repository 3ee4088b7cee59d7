/// Decides how long a peer is waited for after the last word to it.
///
///     delivering ──everything confirmed──► parting
///         │ nothing confirmed for the stall time │ the peer has not ended its side in the farewell time
///         └──────────────────────────────────────┴──► over
///
/// Whatever the peer confirms gives it the whole stall time anew: however slow it reads, it gets everything, because
/// nothing is added any more. All times are milliseconds of one monotonic clock.
package struct LingerClock: Equatable, Sendable {
    package enum Verdict: Equatable, Sendable {
        /// To be asked again after so long.
        case wait(UInt64)
        /// The peer has had its time.
        case over
    }

    private let stall: UInt64
    private let farewell: UInt64
    private var since: UInt64
    private var isParting = false

    /// Progress shows only to those who look.
    private static let look: UInt64 = 500

    /// - Parameters:
    ///   - stall: for a peer that takes nothing of what is on its way.
    ///   - farewell: for a peer that has everything.
    package init(stall: UInt64, farewell: UInt64, at now: UInt64) {
        self.stall = stall
        self.farewell = farewell
        since = now
    }

    /// - Parameters:
    ///   - hasProgressed: the peer has confirmed something since the last time.
    ///   - isDelivered: the peer has confirmed everything.
    package mutating func verdict(hasProgressed: Bool, isDelivered: Bool, at now: UInt64) -> Verdict {
        if hasProgressed || (isDelivered && !isParting) { since = now }
        // What still follows is the end of the stream; it does not begin the delivery again.
        if isDelivered { isParting = true }
        let waited = now - min(since, now)
        let limit = isParting ? farewell : stall
        guard waited < limit else { return .over }
        return .wait(isParting ? limit - waited : min(limit - waited, LingerClock.look))
    }
}
