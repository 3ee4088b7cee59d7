/// A structured log: one line a record, with fields. Audio, keys and (by default) spoken words never go in.
public struct Log: Sendable {
    public enum Level: Int, Comparable, Sendable, CaseIterable {
        case debug, info, warning, error
        public static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }
        /// The name as written in the configuration and in each line.
        public var name: String {
            switch self {
            case .debug: "debug"
            case .info: "info"
            case .warning: "warning"
            case .error: "error"
            }
        }
    }

    /// A value of a field.
    public enum Value: Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
        case text(String)
        case int(Int)
        case double(Double)
        public init(stringLiteral value: String) { self = .text(value) }
        public init(integerLiteral value: Int) { self = .int(value) }
    }

    /// One record, before it is written.
    public struct Record: Sendable {
        public var level: Level
        public var message: String
        public var fields: [(name: String, value: Value)]

        public init(level: Level, message: String, fields: [(name: String, value: Value)] = []) {
            self.level = level
            self.message = message
            self.fields = fields
        }
    }

    private let minimum: Level
    private let fields: [(name: String, value: Value)]
    private let sink: @Sendable (Record) -> Void
    /// Whether what was said and answered may go into records. Off unless the operator asked for it.
    public let keepsSpeech: Bool

    /// - Parameters:
    ///   - minimum: records below are dropped.
    ///   - keepsSpeech: whether what was said and answered may go into records.
    ///   - sink: gets every record that is kept; called from any thread.
    public init(minimum: Level = .info, keepsSpeech: Bool = false, sink: @escaping @Sendable (Record) -> Void) {
        self.minimum = minimum
        self.keepsSpeech = keepsSpeech
        self.fields = []
        self.sink = sink
    }

    private init(_ log: Log, adding fields: [(name: String, value: Value)]) {
        self.minimum = log.minimum
        self.keepsSpeech = log.keepsSpeech
        self.fields = log.fields + fields
        self.sink = log.sink
    }

    /// Drops everything.
    public static let none = Log(minimum: .error) { _ in }

    /// A log whose records all carry these fields too.
    public func with(_ fields: KeyValuePairs<String, Value>) -> Log {
        Log(self, adding: fields.map { (name: $0.key, value: $0.value) })
    }

    public func debug(_ message: @autoclosure () -> String, _ fields: KeyValuePairs<String, Value> = [:]) {
        write(.debug, message, fields)
    }
    public func info(_ message: @autoclosure () -> String, _ fields: KeyValuePairs<String, Value> = [:]) {
        write(.info, message, fields)
    }
    public func warning(_ message: @autoclosure () -> String, _ fields: KeyValuePairs<String, Value> = [:]) {
        write(.warning, message, fields)
    }
    public func error(_ message: @autoclosure () -> String, _ fields: KeyValuePairs<String, Value> = [:]) {
        write(.error, message, fields)
    }

    /// A record whose fields were gathered at run time.
    public func info(_ message: String, _ fields: [(name: String, value: Value)]) {
        guard Level.info >= minimum else { return }
        sink(Record(level: .info, message: message, fields: self.fields + fields + Self.request))
    }

    private func write(_ level: Level, _ message: () -> String, _ more: KeyValuePairs<String, Value>) {
        guard level >= minimum else { return }
        let more = more.map { (name: $0.key, value: $0.value) }
        sink(Record(level: level, message: message(), fields: fields + more + Self.request))
    }

    /// What this task works for.
    private static var request: [(name: String, value: Value)] {
        RequestID.current.map { [(name: "request", value: .text($0))] } ?? []
    }
}
