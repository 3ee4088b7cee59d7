/// A number that only grows while the process lives.
public final class Counter: Sendable {
    private let values: Guarded<LabelledValues<Double>>

    init(labels: Int, known: [[String]]) {
        values = Guarded(LabelledValues(labels: labels, known: known, initial: 0))
    }

    /// Adds to the value with these labels.
    /// - Parameter amount: 0 or more; anything else is ignored.
    public func add(_ amount: Double = 1, _ labels: [String] = []) {
        guard amount > 0, amount.isFinite else { return }
        values.withLock { $0.update(labels) { $0 += amount } }
    }

    /// Adds 1 to the value with these labels.
    public func count(_ labels: String...) { add(1, labels) }

    /// The value with these labels; 0 if nothing was counted.
    public func value(_ labels: String...) -> Double { values.withLock { $0.value(labels) ?? 0 } }

    /// The sum over all labels.
    public var total: Double { values.withLock { $0.all.reduce(0) { $0 + $1.value } } }

    var samples: [MetricSample] { values.withLock { $0.all.map { MetricSample($0.labels, $0.value) } } }
}
