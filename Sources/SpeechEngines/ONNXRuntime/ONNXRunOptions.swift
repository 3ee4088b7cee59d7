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
    /// - Parameter releasesMemory: the run gives back, at its end, what the session would keep for its next run.
    static func make(_ library: ONNXLibrary, releasesMemory: Bool = false) throws(EngineError) -> ONNXRunOptions {
        let slots = library.slots.pointee
        let handle = try library.make { slots.CreateRunOptions($0) }
        let options = ONNXRunOptions(library, taking: handle)
        if releasesMemory {
            try library.check(slots.AddRunConfigEntry(handle, "memory.enable_memory_arena_shrinkage", "cpu:0"))
        }
        return options
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
