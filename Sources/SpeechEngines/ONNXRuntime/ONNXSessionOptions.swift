import COnnxRuntime
import VoicePipeline

/// Which threads compute a session's runs.
public enum ONNXThreads: Equatable, Sendable {
    /// The run-time's pool, which every such session shares, and the calling thread.
    case shared
    /// The calling thread alone.
    case caller
}

/// Where a model comes from.
enum ONNXModelSource {
    case file(String)
    case bytes([UInt8])
}

/// Owner of the options that a session is opened with.
struct ONNXSessionOptions: ~Copyable {
    private let library: ONNXLibrary
    let handle: OpaquePointer

    /// Takes over a handle; see `ONNXRunOptions`.
    init(_ library: ONNXLibrary, taking handle: OpaquePointer) {
        self.library = library
        self.handle = handle
    }

    /// Fresh options.
    static func make(_ library: ONNXLibrary, threads: ONNXThreads) throws(EngineError) -> ONNXSessionOptions {
        let slots = library.slots.pointee
        let options = ONNXSessionOptions(library, taking: try library.make { slots.CreateSessionOptions($0) })
        try fill(options.handle, library, threads)
        return options
    }

    deinit {
        library.slots.pointee.ReleaseSessionOptions(handle)
    }

    private static func fill(
        _ handle: OpaquePointer, _ library: ONNXLibrary, _ threads: ONNXThreads
    ) throws(EngineError) {
        let slots = library.slots.pointee
        switch threads {
        case .shared:
            try library.check(slots.DisablePerSessionThreads(handle))
        case .caller:
            try library.check(slots.SetIntraOpNumThreads(handle, 1))
            try library.check(slots.SetInterOpNumThreads(handle, 1))
        }
        // 99: every optimisation that the library knows.
        try library.check(slots.SetSessionGraphOptimizationLevel(handle, 99))
        // Input lengths vary from run to run, so a plan of memory made for one length is of no use for the next.
        try library.check(slots.DisableMemPattern(handle))
        try library.check(slots.AddSessionConfigEntry(handle, "session.intra_op.allow_spinning", "0"))
    }
}
