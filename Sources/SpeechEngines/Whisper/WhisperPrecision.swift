/// Number format of a model's weights.
public enum WhisperPrecision: String, Sendable, CaseIterable {
    /// 8-bit integers, and 4-bit ones where they cost no accuracy: the fastest, and the smallest in memory.
    case int8
    /// 32-bit floating point.
    case fp32

    package func fileName(_ graph: String) -> String {
        switch self {
        case .int8: "\(graph).int8.onnx"
        case .fp32: "\(graph).onnx"
        }
    }
}
