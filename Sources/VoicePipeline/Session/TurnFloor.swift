import Synchronization

/// The number of the first turn whose events may still be sent: those below were reset.
public final class TurnFloor: Sendable {
    private let number = Atomic<Int>(0)

    public init() {}

    /// 0 until the first reset.
    public var first: Int { number.load(ordering: .acquiring) }

    func raise(to first: Int) { number.store(first, ordering: .releasing) }
}
