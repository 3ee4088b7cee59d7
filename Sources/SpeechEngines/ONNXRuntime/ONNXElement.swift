/// Type of a tensor's elements; the raw value is the library's.
public enum ONNXElementType: Int32, Equatable, Sendable {
    case float = 1
    case uint8 = 2
    case int8 = 3
    case int32 = 6
    case int64 = 7
    case bool = 9
    case float16 = 10
    case double = 11

    /// Bytes of one element.
    public var size: Int {
        switch self {
        case .uint8, .int8, .bool: 1
        case .float16: 2
        case .float, .int32: 4
        case .int64, .double: 8
        }
    }
}

/// A Swift type that can be an element of a tensor.
public protocol ONNXElement: BitwiseCopyable, Sendable {
    /// The same type as the library names it.
    static var elementType: ONNXElementType { get }
}

extension Float: ONNXElement {
    public static var elementType: ONNXElementType { .float }
}

extension Int32: ONNXElement {
    public static var elementType: ONNXElementType { .int32 }
}

extension Int64: ONNXElement {
    public static var elementType: ONNXElementType { .int64 }
}

extension Bool: ONNXElement {
    public static var elementType: ONNXElementType { .bool }
}
