/// Who computes at a moment, and whether the pool's helping threads are of use to them.
///
/// A pass that has the machine to itself is quickest with all threads. Where passes run beside each other and there are as
/// many of them as threads, every core has its own work: help then only makes threads wait for each other.
package struct ONNXPoolShares: Equatable, Sendable {
    /// How a pass runs.
    package enum Kind: Sendable {
        /// As quickly as it can: somebody waits for it.
        case alone
        /// Beside others.
        case beside
    }

    /// Size of the pool, the calling thread included.
    private let threads: Int
    private var alone = 0
    private var beside = 0

    package init(threads: Int) {
        self.threads = threads
    }

    /// Threads of the pool that help whoever calls.
    package var helpers: Int { threads - 1 }

    /// Whether they should.
    package var areHelpersWanted: Bool { alone > 0 || beside < threads }

    package mutating func begin(_ kind: Kind) {
        switch kind {
        case .alone: alone += 1
        case .beside: beside += 1
        }
    }

    package mutating func end(_ kind: Kind) {
        switch kind {
        case .alone: alone -= 1
        case .beside: beside -= 1
        }
    }
}
