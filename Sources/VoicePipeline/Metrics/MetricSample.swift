/// One line of a scrape.
public struct MetricSample: Equatable, Sendable {
    /// Appended to the metric's name; empty but for the parts of a histogram.
    public var suffix: String
    /// Label values, in the order of the metric's label names.
    public var labels: [String]
    /// The bound of a histogram's bucket, as text; nil elsewhere.
    public var bound: String?
    public var value: Double

    public init(_ labels: [String] = [], _ value: Double, suffix: String = "", bound: String? = nil) {
        self.labels = labels
        self.value = value
        self.suffix = suffix
        self.bound = bound
    }
}
