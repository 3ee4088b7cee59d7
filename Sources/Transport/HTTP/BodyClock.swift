/// Decides when a client is too slow with a body: the time a handler waits for it is limited, and grows with what came.
///
/// All times are milliseconds of one monotonic clock.
package struct BodyClock: Sendable {
    private let grace: UInt64
    private let rate: UInt64
    private var waited: UInt64 = 0
    private var waitsSince: UInt64?

    /// - Parameters:
    ///   - grace: milliseconds that every body may be waited for.
    ///   - rate: bytes that must come for each further second of waiting.
    package init(grace: UInt64, rate: Int) {
        self.grace = grace
        self.rate = UInt64(max(1, rate))
    }

    /// The handler waits for bytes.
    package mutating func beginWait(at now: UInt64) {
        if waitsSince == nil { waitsSince = now }
    }

    /// Bytes have come.
    package mutating func endWait(at now: UInt64) {
        guard let since = waitsSince else { return }
        waitsSince = nil
        waited += now - min(since, now)
    }

    /// How long the handler may still wait.
    /// - Parameter received: bytes of the body that have come.
    package func left(at now: UInt64, received: Int) -> UInt64 {
        let since = waitsSince ?? now
        let total = waited + (now - min(since, now))
        let (earned, overflows) = UInt64(max(0, received)).multipliedReportingOverflow(by: 1000)
        let allowed = grace + (overflows ? UInt64(Int64.max) : earned / rate)
        return allowed - min(allowed, total)
    }
}
