/// What became of something that a session was to say unasked. Settled once.
public final class Delivery: Sendable {
    private let settled = Latch()
    private let number = Guarded<Int?>(nil)

    public init() {}

    /// The first call counts.
    /// - Parameter turn: the number of the turn in which it was said to its end; nil if it was not.
    func settle(turn: Int?) {
        number.withLock { number in
            if !settled.isSet { number = turn }
        }
        settled.set()
    }

    /// Waits until it was said, or will not be.
    /// - Returns: the number of its turn; nil if it was not said to its end, or the task was cancelled before.
    public func turn() async -> Int? {
        await settled.wait()
        return number.withLock { $0 }
    }
}
