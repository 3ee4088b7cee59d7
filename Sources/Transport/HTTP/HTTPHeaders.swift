/// Header fields in the order they came; names compare without case.
public struct HTTPHeaders: Sendable, ExpressibleByDictionaryLiteral, Sequence {
    /// One field.
    public typealias Element = (name: String, value: String)

    private var fields: [Element]

    /// The fields in this order.
    public init(_ fields: [Element] = []) {
        self.fields = fields
    }

    /// The fields in this order.
    public init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { (name: $0.0, value: $0.1) }
    }

    /// The number of fields.
    public var count: Int { fields.count }

    /// The value of the first field of that name.
    public func first(_ name: String) -> String? {
        fields.first { HTTPHeaders.equal($0.name, name) }?.value
    }

    /// The values of all fields of that name, in order.
    public func all(_ name: String) -> [String] {
        fields.filter { HTTPHeaders.equal($0.name, name) }.map(\.value)
    }

    /// Adds a field after the others.
    public mutating func append(_ name: String, _ value: String) {
        fields.append((name: name, value: value))
    }

    /// Replaces all fields of that name by one.
    public mutating func set(_ name: String, _ value: String) {
        fields.removeAll { HTTPHeaders.equal($0.name, name) }
        fields.append((name: name, value: value))
    }

    /// The fields in order.
    public func makeIterator() -> IndexingIterator<[Element]> {
        fields.makeIterator()
    }

    /// Whether the comma-separated values of a field name a token, without case.
    func lists(_ token: String, in name: String) -> Bool {
        all(name).contains { value in
            value.utf8.split(separator: UInt8(ascii: ",")).contains { part in
                ASCII.equal(ASCII.trim(part), token.utf8)
            }
        }
    }

    static func equal(_ a: String, _ b: String) -> Bool {
        ASCII.equal(a.utf8, b.utf8)
    }
}
