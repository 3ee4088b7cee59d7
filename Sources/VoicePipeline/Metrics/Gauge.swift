/// A number that goes up and down.
public final class Gauge: Sendable {
    private let values: Guarded<LabelledValues<Double>>

    init(labels: Int, known: [[String]]) {
        values = Guarded(LabelledValues(labels: labels, known: known, initial: 0))
    }

    /// Replaces the value with these labels.
    public func set(_ value: Double, _ labels: String...) {
        values.withLock { $0.update(labels) { $0 = value } }
    }

    /// Adds to the value with these labels; negative takes away.
    public func add(_ amount: Double, _ labels: String...) {
        values.withLock { $0.update(labels) { $0 += amount } }
    }

    /// The value with these labels; 0 if none was set.
    public func value(_ labels: String...) -> Double { values.withLock { $0.value(labels) ?? 0 } }

    var samples: [MetricSample] { values.withLock { $0.all.map { MetricSample($0.labels, $0.value) } } }
}
