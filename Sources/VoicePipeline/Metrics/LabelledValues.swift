/// Values of one metric by its label values; bounded, whatever the labels are made of.
struct LabelledValues<Value: Sendable>: Sendable {
    /// Combinations of label values that are kept apart; what comes later is counted under `other`.
    static var limit: Int { 128 }

    private let labels: Int
    private let initial: Value
    private var values: [[String]: Value] = [:]
    private var order: [[String]] = []

    /// - Parameters:
    ///   - labels: how many labels each value has.
    ///   - known: combinations that show from the start, so that a rate can be taken before the first event.
    init(labels: Int, known: [[String]], initial: Value) {
        self.labels = labels
        self.initial = initial
        if labels == 0 { _ = place(of: []) }
        for combination in known { _ = place(of: combination) }
    }

    mutating func update<Result>(_ labels: [String], _ change: (inout Value) -> Result) -> Result {
        let (key, initial) = (place(of: labels), initial)
        return change(&values[key, default: initial])
    }

    /// In the order in which they came.
    var all: [(labels: [String], value: Value)] {
        order.map { ($0, values[$0, default: initial]) }
    }

    func value(_ labels: [String]) -> Value? { values[labels] }

    private mutating func place(of given: [String]) -> [String] {
        if values[given] != nil { return given }
        var key = given.count == labels ? given : Array(repeating: "other", count: labels)
        if order.count >= Self.limit { key = Array(repeating: "other", count: labels) }
        if values[key] == nil {
            values[key] = initial
            order.append(key)
        }
        return key
    }
}
