import COnnxRuntime
import Glibc
import VoicePipeline

/// The opened shared library and its table of functions. It stays open until the process ends.
final class ONNXLibrary: Sendable {
    /// Table of functions; the library keeps it for ever.
    nonisolated(unsafe) let slots: UnsafePointer<OrtSlots>
    /// Such as `1.31.1`.
    let version: String

    /// Opens the library.
    /// - Throws: `.unavailable` when the file is missing, is not a library for this machine, or has a version that the
    ///   wrapper does not know.
    init(path: String) throws(EngineError) {
        // Its builds count uses for their maker, in a file under the home folder, to be sent to a collector;
        // nothing of that leaves a private assistant. Read when the library is opened.
        setenv("ORT_DISABLE_TELEMETRY", "1", 1)
        guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
            let reason = dlerror().map { String(cString: $0) } ?? path
            throw .unavailable("ONNX Runtime cannot be opened (\(reason)): run scripts/setup.sh")
        }
        guard let symbol = dlsym(handle, "OrtGetApiBase") else {
            throw .unavailable("\(path) is not ONNX Runtime: run scripts/setup.sh")
        }
        let getBase = unsafeBitCast(symbol, to: OrtGetApiBaseFunction.self)
        guard let base = getBase(), let text = base.pointee.GetVersionString?() else {
            throw .unavailable("\(path) gives no function table: run scripts/setup.sh")
        }
        version = String(cString: text)
        guard let known = ONNXVersion(version), known.isAccepted else {
            throw .unavailable(
                "ONNX Runtime \(version) at \(path) is not among the accepted versions"
                    + " (\(ONNXVersion.accepted)): run scripts/setup.sh")
        }
        guard let slots = base.pointee.GetApi?(UInt32(ORT_SLOTS_VERSION)), Self.isFilled(slots) else {
            throw .unavailable("ONNX Runtime \(version) at \(path) lacks functions: run scripts/setup.sh")
        }
        self.slots = slots
    }

    /// Turns a status of the library into an error and frees it.
    func check(_ status: OpaquePointer?) throws(EngineError) {
        guard let status else { return }
        defer { slots.pointee.ReleaseStatus(status) }
        throw .failed(
            engine: "ONNX Runtime", code: slots.pointee.GetErrorCode(status),
            message: slots.pointee.GetErrorMessage(status).map { String(cString: $0) } ?? "no message")
    }

    /// Calls a function that gives a handle through its last argument.
    func make(_ call: (UnsafeMutablePointer<OpaquePointer?>) -> OpaquePointer?) throws(EngineError) -> OpaquePointer {
        var handle: OpaquePointer?
        try check(call(&handle))
        guard let handle else {
            throw .failed(engine: "ONNX Runtime", code: 1, message: "a call gave no handle")
        }
        return handle
    }

    /// Whether no slot up to the last one used is empty, so that no call can jump to nowhere.
    private static func isFilled(_ slots: UnsafePointer<OrtSlots>) -> Bool {
        let count = MemoryLayout<OrtSlots>.size / MemoryLayout<UInt>.size
        return slots.withMemoryRebound(to: UInt.self, capacity: count) { words in
            (0..<count).allSatisfy { words[$0] != 0 }
        }
    }
}
