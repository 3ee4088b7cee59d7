import COnnxRuntime
import VoicePipeline

/// Owner of the options of one run.
struct ONNXRunOptions: ~Copyable {
    private let library: ONNXLibrary
    let handle: OpaquePointer

    /// - Parameter releasesMemory: the run gives back, at its end, what the session would keep for its next run.
    init(_ library: ONNXLibrary, releasesMemory: Bool = false) throws(EngineError) {
        let slots = library.slots.pointee
        // Nothing is stored before the last throw: Swift 6.0 releases what is stored twice on the way out.
        let handle = try library.make { slots.CreateRunOptions($0) }
        if releasesMemory {
            do throws(EngineError) {
                try library.check(slots.AddRunConfigEntry(handle, "memory.enable_memory_arena_shrinkage", "cpu:0"))
            } catch {
                slots.ReleaseRunOptions(handle)
                throw error
            }
        }
        self.handle = handle
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
