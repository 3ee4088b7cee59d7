/// Counts connections, in all and of each address.
package struct ConnectionQuota: Sendable {
    package enum Answer: Equatable, Sendable {
        case accepted, tooMany, tooManyOfAddress
    }

    private let total: Int
    private let perAddress: Int
    private var count = 0
    private var counts: [String: Int] = [:]

    /// - Parameters:
    ///   - total: connections at once.
    ///   - perAddress: connections at once of one address.
    package init(total: Int, perAddress: Int) {
        self.total = total
        self.perAddress = perAddress
    }

    /// A connection comes. If it is accepted it must leave in the end.
    package mutating func enter(_ address: String) -> Answer {
        let here = counts[address] ?? 0
        // The address first: whoever has too many is told so also when the server is full.
        guard here < perAddress else { return .tooManyOfAddress }
        guard count < total else { return .tooMany }
        count += 1
        counts[address] = here + 1
        return .accepted
    }

    /// An accepted connection goes.
    package mutating func leave(_ address: String) {
        guard let here = counts[address] else { return }
        count -= 1
        counts[address] = here > 1 ? here - 1 : nil
    }
}
