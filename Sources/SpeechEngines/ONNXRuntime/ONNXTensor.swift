import COnnxRuntime
import VoicePipeline

/// A tensor in ordinary memory. Reading and writing happen inside closures, so that no pointer outlives the memory.
///
/// Who owns the memory: the tensor itself (`init(_:shape:repeating:)`, `init(_:_:shape:)`), another tensor that is
/// kept alive (`init(sharing:shape:)`), or the library (a result of `ONNXSession.run`). A tensor that is bound to an
/// `ONNXBinding` is kept alive by it.
///
/// Not `Sendable`: whoever holds a tensor while a session runs with it must not touch it from another thread.
public final class ONNXTensor {
    /// Lengths; empty for a single value.
    public let shape: [Int]
    public let elementType: ONNXElementType

    let handle: OpaquePointer
    private let runtime: ONNXRuntime
    private let address: UnsafeMutableRawPointer
    /// What has to live as long as this tensor: the memory's owner.
    private let owner: AnyObject?

    /// Number of elements.
    public var count: Int { shape.reduce(1, *) }

    /// A tensor with its own memory.
    /// - Parameters:
    ///   - shape: lengths, none negative; at most 2^31 bytes in all.
    ///   - value: what every element is at first.
    public convenience init<Element: ONNXElement>(
        _ runtime: ONNXRuntime, shape: [Int], repeating value: Element
    ) throws(EngineError) {
        let storage = ONNXStorage(byteCount: try Self.byteCount(shape, Element.elementType))
        storage.bytes.bindMemory(to: Element.self).initialize(repeating: value)
        try self.init(
            runtime, shape: shape, type: Element.elementType, address: storage.address, owner: storage)
    }

    /// A tensor with its own memory that holds a copy of `elements`.
    /// - Throws: `.invalidInput` unless `elements` has as many elements as `shape`.
    public convenience init<Element: ONNXElement>(
        _ runtime: ONNXRuntime, _ elements: [Element], shape: [Int]
    ) throws(EngineError) {
        let byteCount = try Self.byteCount(shape, Element.elementType)
        guard elements.count * MemoryLayout<Element>.stride == byteCount else {
            throw .invalidInput("\(elements.count) elements do not fill a tensor of shape \(shape)")
        }
        let storage = ONNXStorage(byteCount: byteCount)
        _ = storage.bytes.bindMemory(to: Element.self).initialize(fromContentsOf: elements)
        try self.init(
            runtime, shape: shape, type: Element.elementType, address: storage.address, owner: storage)
    }

    /// A tensor on the first elements of another one's memory, which it keeps alive.
    /// - Throws: `.invalidInput` if `shape` has more elements than `other`.
    public convenience init(sharing other: ONNXTensor, shape: [Int]) throws(EngineError) {
        guard try Self.byteCount(shape, other.elementType) <= other.count * other.elementType.size else {
            throw .invalidInput("shape \(shape) does not fit into a tensor of shape \(other.shape)")
        }
        try self.init(other.runtime, shape: shape, type: other.elementType, address: other.address, owner: other)
    }

    private init(
        _ runtime: ONNXRuntime, shape: [Int], type: ONNXElementType, address: UnsafeMutableRawPointer,
        owner: AnyObject
    ) throws(EngineError) {
        let byteCount = try Self.byteCount(shape, type)
        let lengths = shape.map(Int64.init)
        handle = try runtime.library.make {
            runtime.slots.CreateTensorWithDataAsOrtValue(
                runtime.memory, address, byteCount, lengths, lengths.count, type.rawValue, $0)
        }
        self.runtime = runtime
        self.shape = shape
        self.address = address
        self.owner = owner
        elementType = type
    }

    /// Takes over a value that the library made; it is released even when this throws.
    /// - Throws: `.failed` when it is not a tensor of a known type.
    init(_ runtime: ONNXRuntime, taking value: OpaquePointer) throws(EngineError) {
        let library = runtime.library
        let slots = runtime.slots
        do throws(EngineError) {
            let info = try library.make { slots.GetTensorTypeAndShape(value, $0) }
            defer { slots.ReleaseTensorTypeAndShapeInfo(info) }
            let (type, shape) = try library.typeAndShape(info)
            let lengths = shape.compactMap(\.self)
            guard let type, lengths.count == shape.count else {
                throw .failed(engine: "ONNX Runtime", code: 1, message: "a result has an unknown type")
            }
            var data: UnsafeMutableRawPointer?
            try library.check(slots.GetTensorMutableData(value, &data))
            _ = try Self.byteCount(lengths, type)
            // An empty tensor may come without memory.
            let storage = data == nil ? ONNXStorage(byteCount: 0) : nil
            guard let start = data ?? storage?.address else {
                throw .failed(engine: "ONNX Runtime", code: 1, message: "a result has no memory")
            }
            address = start
            owner = storage
            elementType = type
            self.shape = lengths
        } catch {
            slots.ReleaseValue(value)
            throw error
        }
        self.runtime = runtime
        handle = value
    }

    deinit {
        runtime.slots.ReleaseValue(handle)
    }

    /// Reads or writes the elements in place.
    /// - Parameters:
    ///   - type: must be the tensor's element type.
    ///   - body: gets the elements, last index fastest; the buffer must not be kept.
    /// - Throws: `.invalidInput` if the type is another one; what `body` throws.
    public func withElements<Element: ONNXElement, Result>(
        of type: Element.Type, _ body: (UnsafeMutableBufferPointer<Element>) throws(EngineError) -> Result
    ) throws(EngineError) -> Result {
        guard Element.elementType == elementType else {
            throw .invalidInput("a tensor of \(elementType) was read as \(Element.elementType)")
        }
        let elements = UnsafeMutableBufferPointer(
            start: address.assumingMemoryBound(to: Element.self), count: count)
        defer { withExtendedLifetime(self) {} }
        return try body(elements)
    }

    /// A copy of the elements, last index fastest.
    /// - Throws: `.invalidInput` if the tensor's elements are of another type.
    public func elements<Element: ONNXElement>(of type: Element.Type) throws(EngineError) -> [Element] {
        try withElements(of: type) { elements throws(EngineError) in Array(elements) }
    }

    private static func byteCount(_ shape: [Int], _ type: ONNXElementType) throws(EngineError) -> Int {
        var bytes = type.size
        for length in shape {
            let (product, overflow) = bytes.multipliedReportingOverflow(by: length)
            guard length >= 0, !overflow, product <= 1 << 31 else {
                throw .invalidInput("a tensor cannot have shape \(shape)")
            }
            bytes = product
        }
        return bytes
    }
}

/// Memory of a tensor, aligned for vector instructions.
private final class ONNXStorage {
    let bytes: UnsafeMutableRawBufferPointer
    let address: UnsafeMutableRawPointer

    init(byteCount: Int) {
        address = .allocate(byteCount: max(byteCount, 1), alignment: 64)
        bytes = UnsafeMutableRawBufferPointer(start: address, count: byteCount)
    }

    deinit {
        address.deallocate()
    }
}
