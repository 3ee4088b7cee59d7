import COnnxRuntime
import Glibc
import VoicePipeline

/// The tiny model that is run on a thread of the pool for the sake of the call back. Names and tensors stay where they are,
/// because the library reads them when the run begins.
final class ONNXPoolTask: @unchecked Sendable {
    private let library: ONNXLibrary
    private let session: OpaquePointer
    /// Of x (1 × 3), k (one number) and y (1 × 2). Several runs at once write the same into y.
    private let values: UnsafeMutableBufferPointer<OpaquePointer?>
    private let names: UnsafeMutableBufferPointer<UnsafePointer<CChar>?>
    private let memory: UnsafeMutableRawBufferPointer

    /// - Parameter info: describes ordinary memory.
    init(
        _ library: ONNXLibrary, _ environment: OpaquePointer, memory info: OpaquePointer
    ) throws(EngineError) {
        let slots = library.slots.pointee
        let options = try ONNXSessionOptions.make(library, threads: .shared)
        let graph = ONNXProbe.graph
        self.library = library
        session = try library.make {
            slots.CreateSessionFromArray(environment, graph, graph.count, options.handle, $0)
        }
        values = .allocate(capacity: 3)
        values.initialize(repeating: nil)
        names = .allocate(capacity: 3)
        for (index, name) in ["x", "k", "y"].enumerated() { names.initializeElement(at: index, to: strdup(name)) }
        memory = .allocate(byteCount: 192, alignment: 64)
        memory.initializeMemory(as: UInt8.self, repeating: 0)
        let tensors: [(type: ONNXElementType, bytes: Int, shape: [Int64])] = [
            (.float, 12, [1, 3]), (.int64, 8, []), (.float, 8, [1, 2]),
        ]
        do throws(EngineError) {
            for (index, tensor) in tensors.enumerated() {
                let address = memory.baseAddress.map { $0 + 64 * index }
                values[index] = try library.make {
                    slots.CreateTensorWithDataAsOrtValue(
                        info, address, tensor.bytes, tensor.shape, tensor.shape.count, tensor.type.rawValue, $0)
                }
            }
        } catch {
            close()
            throw error
        }
    }

    deinit {
        for name in names { free(UnsafeMutablePointer(mutating: name)) }
        names.deallocate()
        values.deallocate()
        memory.deallocate()
    }

    /// Runs the model on a thread of the pool; see `OrtRunAsyncCallback`. On an error nobody is called.
    func run(_ callback: OrtRunAsyncCallback, _ parameter: UnsafeMutableRawPointer) -> OpaquePointer? {
        guard let names = names.baseAddress, let values = values.baseAddress else { return nil }
        return library.slots.pointee.RunAsync(
            session, nil, names, values, 2, names + 2, 1, values + 2, callback, parameter)
    }

    /// Lets go of the library's objects; called once, before the environment goes.
    func close() {
        let slots = library.slots.pointee
        for value in values { slots.ReleaseValue(value) }
        slots.ReleaseSession(session)
    }
}
