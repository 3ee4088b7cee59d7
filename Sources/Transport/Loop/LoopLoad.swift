import CUV
import Synchronization

/// How long a loop's turns take. Written on the loop's thread, read on any.
final class LoopLoad: Sendable {
    private let longest = Atomic<UInt64>(0)

    /// - Parameter start: libuv's clock, whole milliseconds, when this part of the turn began.
    func worked(since start: UInt64) {
        let now = uv_hrtime() / 1_000_000
        let spent = now - min(now, start)
        if spent > longest.load(ordering: .relaxed) { longest.store(spent, ordering: .relaxed) }
    }

    /// Milliseconds, to the millisecond.
    var longestTurn: Int { Int(clamping: longest.load(ordering: .relaxed)) }
}
