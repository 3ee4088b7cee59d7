/// Things that are kept from one look at an utterance to the next, under numbers that its drafts name. What was used
/// longest ago makes room.
package struct VoskUtterances<Stream> {
    private let capacity: Int
    private var next = 1
    /// What was used longest ago first.
    private var kept: [(number: Int, stream: Stream)] = []

    /// - Parameter capacity: at least 1.
    package init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    package var count: Int { kept.count }

    /// Takes one out; it has no user but the caller.
    package mutating func take(_ number: Int) -> Stream? {
        guard let index = kept.firstIndex(where: { $0.number == number }) else { return nil }
        return kept.remove(at: index).stream
    }

    /// - Parameter number: nil for one that was not kept before.
    /// - Returns: its number, and what had to make room, which is to be dropped where it does not hold anybody up.
    package mutating func keep(_ stream: Stream, number: Int?) -> (number: Int, dropped: Stream?) {
        let number = number ?? next
        next = max(next, number &+ 1)
        kept.append((number, stream))
        return (number, kept.count > capacity ? kept.removeFirst().stream : nil)
    }
}

extension VoskUtterances: Sendable where Stream: Sendable {}
