import Synchronization

/// Counts.
final class Attempts: Sendable {
    private let value = Atomic<Int>(0)

    /// One more.
    func next() -> Int { value.add(1, ordering: .sequentiallyConsistent).newValue }
    var count: Int { value.load(ordering: .sequentiallyConsistent) }
}
