import COnnxRuntime
import Glibc
import VoicePipeline

/// ONNX Runtime, opened from a shared library at run time, with one pool of threads that every session shares.
///
/// The library keeps one environment a process: a second `ONNXRuntime` that lives at the same time shares the pool of
/// the first, whatever number of threads it asks for.
public final class ONNXRuntime: Sendable {
    /// Version of the library, such as `1.31.1`.
    public let version: String

    let library: ONNXLibrary
    private nonisolated(unsafe) let environment: OpaquePointer
    /// Describes ordinary memory; needed to wrap memory in a tensor.
    nonisolated(unsafe) let memory: OpaquePointer
    /// Frees strings that the library gives; belongs to the library.
    nonisolated(unsafe) let allocator: OpaquePointer
    /// Who has the shared threads.
    package let pool: ONNXPool

    var slots: OrtSlots { library.slots.pointee }

    /// Opens the library and checks with a tiny graph that it computes what it should.
    /// - Parameters:
    ///   - library: path of `libonnxruntime.so`.
    ///   - threads: size of the shared pool, the calling thread included; 1…64. Its threads never spin.
    ///   - log: gets the library's own warnings and errors.
    /// - Throws: `.unavailable` when the library is missing, of an unknown version, or computes wrongly.
    public init(library path: String, threads: Int = 2, log: Log = .none) throws(EngineError) {
        let library = try ONNXLibrary(path: path)
        ONNXLog.send(to: log)
        self.library = library
        version = library.version
        let threads = min(max(threads, 1), 64)
        environment = try Self.makeEnvironment(library, threads: threads)
        do throws(EngineError) {
            let slots = library.slots.pointee
            // 1 and 0: the arena allocator and default memory; for wrapped memory the library reads only "CPU".
            memory = try library.make { slots.CreateCpuMemoryInfo(1, 0, $0) }
            do throws(EngineError) {
                allocator = try library.make { slots.GetAllocatorWithDefaultOptions($0) }
                let task = try ONNXPoolTask(library, environment, memory: memory)
                pool = ONNXPool(library, task, threads: threads)
            } catch {
                slots.ReleaseMemoryInfo(memory)
                throw error
            }
        } catch {
            library.slots.pointee.ReleaseEnv(environment)
            throw error
        }
        try ONNXProbe.run(on: self)
    }

    deinit {
        pool.close()
        slots.ReleaseMemoryInfo(memory)
        slots.ReleaseEnv(environment)
    }

    private static func makeEnvironment(
        _ library: ONNXLibrary, threads: Int
    ) throws(EngineError) -> OpaquePointer {
        let slots = library.slots.pointee
        let options = try library.make { slots.CreateThreadingOptions($0) }
        defer { slots.ReleaseThreadingOptions(options) }
        try library.check(slots.SetGlobalIntraOpNumThreads(options, Int32(threads)))
        try library.check(slots.SetGlobalInterOpNumThreads(options, 1))
        // Spinning threads starve the rest of a small machine: switching it off is the largest single gain there.
        try library.check(slots.SetGlobalSpinControl(options, 0))
        // 2: warnings and worse.
        return try library.make {
            slots.CreateEnvWithCustomLoggerAndGlobalThreadPools(ONNXLog.receive, nil, 2, "hotpin", options, $0)
        }
    }

    /// Opens a session from a file or from bytes.
    func openSession(_ source: ONNXModelSource, options: OpaquePointer) throws(EngineError) -> OpaquePointer {
        switch source {
        case .file(let path):
            try library.make { slots.CreateSession(environment, path, options, $0) }
        case .bytes(let bytes):
            try library.make { slots.CreateSessionFromArray(environment, bytes, bytes.count, options, $0) }
        }
    }

    /// Takes over a string that the library allocated.
    func string(_ call: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> OpaquePointer?) throws(EngineError)
        -> String?
    {
        var text: UnsafeMutablePointer<CChar>?
        try library.check(call(&text))
        guard let text else { return nil }
        let result = String(cString: text)
        try library.check(slots.AllocatorFree(allocator, text))
        return result
    }
}
