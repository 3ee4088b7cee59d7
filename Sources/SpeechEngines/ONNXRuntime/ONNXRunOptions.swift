import COnnxRuntime
import VoicePipeline

/// Owner of the options of one run.
struct ONNXRunOptions: ~Copyable {
    private let library: ONNXLibrary
    let handle: OpaquePointer

    init(_ library: ONNXLibrary) throws(EngineError) {
        let slots = library.slots.pointee
        // Nothing is stored before the last throw: Swift 6.0 releases what is stored twice on the way out.
        handle = try library.make { slots.CreateRunOptions($0) }
        self.library = library
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
