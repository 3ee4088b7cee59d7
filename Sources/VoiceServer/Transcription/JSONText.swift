import VoiceProtocol

/// Puts a JSON object together, members in the order in which they are added.
struct JSONText: Sendable {
    private var members: [String] = []

    init() {}

    /// - Parameter members: values are JSON already.
    init(_ members: KeyValuePairs<String, String>) {
        for (key, value) in members { add(key, json: value) }
    }

    mutating func add(_ key: String, _ value: String) { add(key, json: Self.quoted(value)) }
    mutating func add(_ key: String, _ value: Int) { add(key, json: "\(value)") }

    /// - Parameter value: to the microsecond; what is no number becomes 0.
    mutating func add(_ key: String, _ value: Double) {
        let rounded = (value * 1e6).rounded() / 1e6
        add(key, json: rounded.isFinite && rounded != 0 ? "\(rounded)" : "0.0")
    }

    mutating func add(_ key: String, json: String) { members.append("\(Self.quoted(key)):\(json)") }

    /// A list of JSON texts.
    static func list(_ items: [String]) -> String { "[\(items.joined(separator: ","))]" }

    var text: String { "{\(members.joined(separator: ","))}" }

    static func quoted(_ text: String) -> String {
        var object = JSONObjectWriter()
        object.add("x", Array(text.utf8))
        return String(decoding: object.finished().dropFirst(5).dropLast(), as: UTF8.self)
    }
}
