import COnnxRuntime
import VoicePipeline

/// Owner of the options of one run.
struct ONNXRunOptions: ~Copyable {
    private let library: ONNXLibrary
    let handle: OpaquePointer

    init(_ library: ONNXLibrary) throws(EngineError) {
        let slots = library.slots.pointee
        self.library = library
        handle = try library.make { slots.CreateRunOptions($0) }
    }

    /// Makes the run that uses these options end before its next operator; callable from any thread while this lives.
    var terminate: @Sendable () -> Void {
        nonisolated(unsafe) let handle = handle
        let library = library
        return {
            // Setting a flag cannot fail in a way that could be mended here; the run then ends by itself.
            try? library.check(library.slots.pointee.RunOptionsSetTerminate(handle))
        }
    }

    deinit {
        library.slots.pointee.ReleaseRunOptions(handle)
    }
}
