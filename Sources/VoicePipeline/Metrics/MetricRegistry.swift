/// The metrics of one process, in the order in which they were made.
///
/// Counting takes one short lock a metric and none of the registry's, so a scrape never holds up the work.
public final class MetricRegistry: Sendable {
    /// What a metric that is read at a scrape behaves like.
    public enum Kind: String, Sendable { case counter, gauge }

    private struct Entry: Sendable {
        var name: String
        var help: String
        var type: String
        var labels: [String]
        var samples: @Sendable () -> [MetricSample]
    }

    private let entries = Guarded<[Entry]>([])

    public init() {}

    /// A new counter. Its name ends in `_total`.
    /// - Parameters:
    ///   - labels: names of its labels.
    ///   - known: label values that show from the start.
    public func counter(
        _ name: String, _ help: String, labels: [String] = [], known: [[String]] = []
    ) -> Counter {
        let counter = Counter(labels: labels.count, known: known)
        add(name, help, "counter", labels) { counter.samples }
        return counter
    }

    /// A new gauge.
    public func gauge(_ name: String, _ help: String, labels: [String] = [], known: [[String]] = []) -> Gauge {
        let gauge = Gauge(labels: labels.count, known: known)
        add(name, help, "gauge", labels) { gauge.samples }
        return gauge
    }

    /// A new histogram.
    /// - Parameter bounds: upper bounds of its buckets; infinity is added.
    public func histogram(
        _ name: String, _ help: String, bounds: [Double] = Histogram.waiting, labels: [String] = [],
        known: [[String]] = []
    ) -> Histogram {
        let histogram = Histogram(bounds: bounds, labels: labels.count, known: known)
        add(name, help, "histogram", labels) { histogram.samples }
        return histogram
    }

    /// A metric that is read when it is asked for.
    /// - Parameter read: called at every scrape, from any thread; must not block.
    public func collect(
        _ name: String, _ help: String, _ kind: Kind, labels: [String] = [],
        _ read: @escaping @Sendable () -> [MetricSample]
    ) {
        add(name, help, kind.rawValue, labels, read)
    }

    /// Everything, as Prometheus reads it.
    public func text() -> String {
        let entries = entries.withLock { $0 }
        var text = ""
        for entry in entries {
            text += MetricText.metric(
                entry.name, help: entry.help, type: entry.type, labels: entry.labels, samples: entry.samples())
        }
        return text
    }

    /// A second metric of the same name would make the whole scrape unreadable, so it replaces the first.
    private func add(
        _ name: String, _ help: String, _ type: String, _ labels: [String],
        _ samples: @escaping @Sendable () -> [MetricSample]
    ) {
        let entry = Entry(name: name, help: help, type: type, labels: labels, samples: samples)
        entries.withLock { entries in
            entries.removeAll { $0.name == name }
            entries.append(entry)
        }
    }
}
