/// How often a measured value fell below each of some bounds.
public final class Histogram: Sendable {
    /// Seconds from 5 ms to 10 s, for what a person waits for.
    public static let waiting: [Double] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    /// Seconds from 0.1 ms to 2.5 s, for what nobody should notice.
    public static let short: [Double] = [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5]

    private struct Counts: Sendable {
        /// One a bound, and one for what is above all; not summed up.
        var buckets: [Double]
        var sum = 0.0
    }

    /// Ascending, without infinity.
    let bounds: [Double]
    private let values: Guarded<LabelledValues<Counts>>

    init(bounds: [Double], labels: Int, known: [[String]]) {
        let bounds = Set(bounds.filter(\.isFinite)).sorted()
        self.bounds = bounds
        let empty = Counts(buckets: Array(repeating: 0, count: bounds.count + 1))
        values = Guarded(LabelledValues(labels: labels, known: known, initial: empty))
    }

    /// Takes a value up.
    public func observe(_ value: Double, _ labels: String...) {
        guard value.isFinite else { return }
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        values.withLock {
            $0.update(labels) {
                $0.buckets[bucket] += 1
                $0.sum += value
            }
        }
    }

    /// How many values were taken up with these labels.
    public func count(_ labels: String...) -> Double {
        values.withLock { $0.value(labels)?.buckets.reduce(0, +) ?? 0 }
    }

    var samples: [MetricSample] {
        values.withLock { $0.all }.flatMap { labels, counts in
            var samples: [MetricSample] = []
            var below = 0.0
            for (bound, count) in zip(bounds.map(MetricText.number) + ["+Inf"], counts.buckets) {
                below += count
                samples.append(MetricSample(labels, below, suffix: "_bucket", bound: bound))
            }
            samples.append(MetricSample(labels, counts.sum, suffix: "_sum"))
            samples.append(MetricSample(labels, below, suffix: "_count"))
            return samples
        }
    }
}
