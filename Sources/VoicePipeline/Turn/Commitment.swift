/// Whether a turn is meant. Until it is, it may be thought about but must not act: no timer, note, history or metric.
///
/// A turn that is begun at a pause, ahead of the user, is dropped if speech goes on: its task is then cancelled.
public struct Commitment: Sendable {
    /// Of a turn that is meant from the beginning.
    public static let made = Commitment(latch: nil)

    private let latch: Latch?

    private init(latch: Latch?) {
        self.latch = latch
    }

    /// Of a turn that may still be dropped.
    public static func pending() -> Commitment { Commitment(latch: Latch()) }

    /// The turn is meant.
    public func make() { latch?.set() }

    /// Whether the turn is meant already.
    public var isMade: Bool { latch?.isSet ?? true }

    /// Waits until the turn is meant. Whatever has effects waits here first.
    /// - Throws: `CancellationError` when the task is cancelled: the turn was dropped.
    public func wait() async throws {
        await latch?.wait()
        try Task.checkCancellation()
    }
}
