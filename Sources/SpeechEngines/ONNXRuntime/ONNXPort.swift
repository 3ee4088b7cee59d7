/// An input or output of a model.
public struct ONNXPort: Equatable, Sendable {
    public var name: String
    /// nil for what is not a tensor of a type that the wrapper knows.
    public var elementType: ONNXElementType?
    /// Lengths; nil where the model leaves one open.
    public var shape: [Int?]

    public init(name: String, elementType: ONNXElementType?, shape: [Int?]) {
        self.name = name
        self.elementType = elementType
        self.shape = shape
    }

    /// Whether this is what `expected` asks for: same name and type, same number of lengths, and no length that
    /// differs where both state one.
    public func fits(_ expected: ONNXPort) -> Bool {
        name == expected.name && elementType == expected.elementType && shape.count == expected.shape.count
            && zip(shape, expected.shape).allSatisfy { $0 == nil || $1 == nil || $0 == $1 }
    }
}

extension ONNXPort: CustomStringConvertible {
    public var description: String {
        let type = elementType.map { "\($0)" } ?? "unknown type"
        return "\(name) \(type)[\(shape.map { $0.map(String.init) ?? "?" }.joined(separator: ","))]"
    }
}
