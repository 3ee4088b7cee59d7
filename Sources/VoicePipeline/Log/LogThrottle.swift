/// Keeps a flood of one kind of record from filling the disk. A value; has no clock of its own.
///
/// Records of one kind share a message. Per kind and window some are written; the rest is counted, and the count is
/// written when the window is over.
package struct LogThrottle: Sendable {
    /// Length of a window, seconds.
    package static let window = 10.0
    /// Kinds that are told apart at a time.
    package static let kinds = 128

    private struct Kind {
        var started: Double
        var written = 0
        var suppressed = 0
        var level: Log.Level
    }

    private var kinds: [String: Kind] = [:]

    package init() {}

    /// Records of one kind that are written in one window. Debugging is asked for; it is not held back.
    package static func allowance(_ level: Log.Level) -> Int {
        switch level {
        case .debug: .max
        case .info: 500
        case .warning, .error: 20
        }
    }

    /// - Parameter now: seconds on a clock that never goes back.
    /// - Returns: whether to write the record.
    package mutating func admits(_ record: Log.Record, now: Double) -> Bool {
        let allowance = Self.allowance(record.level)
        guard allowance < .max else { return true }
        var name = record.message
        if kinds[name] == nil, kinds.count >= Self.kinds { name = "" }
        var kind = kinds[name, default: Kind(started: now, level: record.level)]
        defer { kinds[name] = kind }
        kind.level = max(kind.level, record.level)
        guard kind.written < allowance else {
            kind.suppressed += 1
            return false
        }
        kind.written += 1
        return true
    }

    /// Ends the windows that are over.
    /// - Returns: one record for each kind that was held back.
    package mutating func summaries(now: Double) -> [Log.Record] {
        let over = kinds.filter { now - $0.value.started >= Self.window }
        for name in over.keys { kinds[name] = nil }
        return over.filter { $0.value.suppressed > 0 }.sorted { $0.key < $1.key }.map { name, kind in
            let seconds = Int((now - kind.started).rounded())
            return Log.Record(
                level: kind.level,
                message: "… and \(kind.suppressed) more like “\(name.isEmpty ? "others" : name)” in \(seconds) s",
                fields: [(name: "suppressed", value: .int(kind.suppressed))])
        }
    }

    /// Whether something was held back whose count is not written yet.
    package var owesSummary: Bool { kinds.contains { $0.value.suppressed > 0 } }
}
