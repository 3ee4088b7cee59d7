import CUV

extension TransportError {
    /// The error for one of libuv's negative return codes.
    static func uv(_ code: Int32, _ call: String) -> TransportError {
        .system(call: call, code: code, message: String(cString: uv_strerror(code)))
    }
}
