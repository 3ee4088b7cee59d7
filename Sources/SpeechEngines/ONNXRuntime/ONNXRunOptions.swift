import COnnxRuntime
import VoicePipeline

/// Owner of the options of one run.
struct ONNXRunOptions: ~Copyable {
    private let library: ONNXLibrary
    let handle: OpaquePointer

    /// Takes over a handle. Making it is apart from this, because Swift 6.0 cannot compile a throwing initialiser of
    /// a type that cannot be copied.
    private init(_ library: ONNXLibrary, taking handle: OpaquePointer) {
        self.library = library
        self.handle = handle
    }

    /// Fresh options.
    static func make(_ library: ONNXLibrary) throws(EngineError) -> ONNXRunOptions {
        let slots = library.slots.pointee
        return ONNXRunOptions(library, taking: try library.make { slots.CreateRunOptions($0) })
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
