import COnnxRuntime
import VoicePipeline

extension ONNXLibrary {
    /// Element type and shape of a tensor description; a negative length is one that the model leaves open.
    func typeAndShape(_ info: OpaquePointer) throws(EngineError) -> (ONNXElementType?, [Int?]) {
        var type: Int32 = 0
        try check(slots.pointee.GetTensorElementType(info, &type))
        var rank = 0
        try check(slots.pointee.GetDimensionsCount(info, &rank))
        var lengths = [Int64](repeating: 0, count: rank)
        try check(slots.pointee.GetDimensions(info, &lengths, rank))
        return (ONNXElementType(rawValue: type), lengths.map { $0 < 0 ? nil : Int($0) })
    }

    /// One input or output of a session.
    func port(name: String, _ typeInfo: OpaquePointer) throws(EngineError) -> ONNXPort {
        defer { slots.pointee.ReleaseTypeInfo(typeInfo) }
        // Belongs to `typeInfo`; nil when the port is no tensor.
        var tensor: OpaquePointer?
        try check(slots.pointee.CastTypeInfoToTensorInfo(typeInfo, &tensor))
        guard let tensor else { return ONNXPort(name: name, elementType: nil, shape: []) }
        let (type, shape) = try typeAndShape(tensor)
        return ONNXPort(name: name, elementType: type, shape: shape)
    }
}
