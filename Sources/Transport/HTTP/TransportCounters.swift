import Synchronization

/// What `TransportStatistics` is read from. Counted on the loop's thread, read on any.
final class TransportCounters: Sendable {
    let connections = Atomic<Int>(0)
    let webSockets = Atomic<Int>(0)
    let accepted = Atomic<Int>(0)
    let refusedTotal = Atomic<Int>(0)
    let refusedPerAddress = Atomic<Int>(0)
    let refusedRequests = Atomic<Int>(0)
    let bytesIn = Atomic<Int>(0)
    let bytesOut = Atomic<Int>(0)
    let droppedSlow = Atomic<Int>(0)
    let violations = Atomic<Int>(0)

    /// Without the loop's times.
    var snapshot: TransportStatistics {
        var statistics = TransportStatistics()
        statistics.connections = connections.load(ordering: .relaxed)
        statistics.webSockets = webSockets.load(ordering: .relaxed)
        statistics.accepted = accepted.load(ordering: .relaxed)
        statistics.refusedTotal = refusedTotal.load(ordering: .relaxed)
        statistics.refusedPerAddress = refusedPerAddress.load(ordering: .relaxed)
        statistics.refusedRequests = refusedRequests.load(ordering: .relaxed)
        statistics.bytesIn = bytesIn.load(ordering: .relaxed)
        statistics.bytesOut = bytesOut.load(ordering: .relaxed)
        statistics.droppedSlow = droppedSlow.load(ordering: .relaxed)
        statistics.violations = violations.load(ordering: .relaxed)
        return statistics
    }
}

extension Atomic where Value == Int {
    func add(_ count: Int) {
        wrappingAdd(count, ordering: .relaxed)
    }
}
