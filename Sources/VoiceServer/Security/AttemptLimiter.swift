/// Slows guessing down: each address has a budget of wrong keys that fills up again with time. A value without a clock.
///
/// Showing the same wrong key again costs nothing, so that a device with a revoked key, which tries again and again, does
/// not lock out the others behind its address.
package struct AttemptLimiter: Sendable {
    private struct Budget {
        var left: Double
        /// When `left` was right, seconds on the caller's clock.
        var time: Double
        var lastWrong: [UInt8]
    }

    /// Wrong keys at once, and a minute.
    package let perMinute: Int
    /// Addresses that are remembered.
    package let capacity: Int
    private var budgets: [String: Budget] = [:]

    package init(perMinute: Int = 10, capacity: Int = 4096) {
        self.perMinute = max(1, perMinute)
        self.capacity = max(1, capacity)
    }

    package var count: Int { budgets.count }

    /// Whether an address has to wait.
    /// - Returns: whole seconds until a key of it is looked at again, at least 1; nil if it is now.
    package func wait(_ address: String, now: Double) -> Int? {
        guard let budget = budgets[Self.network(address)] else { return nil }
        let left = self.left(budget, now: now)
        guard left < 1 else { return nil }
        return max(1, Int(((1 - left) * 60 / Double(perMinute)).rounded(.up)))
    }

    /// Takes note of a wrong key.
    /// - Parameter hash: of the key, to know it again.
    /// - Returns: false if it was the last wrong one already, which is not charged.
    @discardableResult
    package mutating func failed(_ address: String, hash: [UInt8], now: Double) -> Bool {
        let network = Self.network(address)
        var budget = budgets[network] ?? Budget(left: Double(perMinute), time: now, lastWrong: [])
        guard budget.lastWrong != hash else { return false }
        budget = Budget(left: max(0, left(budget, now: now) - 1), time: now, lastWrong: hash)
        if budgets[network] == nil, budgets.count >= capacity { makeRoom(now: now) }
        budgets[network] = budget
        return true
    }

    /// Takes the last note back: the key was right after all.
    package mutating func forgive(_ address: String) {
        let network = Self.network(address)
        guard let budget = budgets[network] else { return }
        let left = min(Double(perMinute), budget.left + 1)
        budgets[network] = left < Double(perMinute) ? Budget(left: left, time: budget.time, lastWrong: []) : nil
    }

    private func left(_ budget: Budget, now: Double) -> Double {
        min(Double(perMinute), budget.left + max(0, now - budget.time) * Double(perMinute) / 60)
    }

    /// Forgets who has waited long enough; if nobody has, the one who has tried least.
    private mutating func makeRoom(now: Double) {
        budgets = budgets.filter { left($0.value, now: now) < Double(perMinute) }
        guard budgets.count >= capacity else { return }
        if let least = budgets.max(by: { left($0.value, now: now) < left($1.value, now: now) }) {
            budgets[least.key] = nil
        }
    }

    private static func network(_ address: String) -> String {
        IPAddress(address)?.network.description ?? address
    }
}
