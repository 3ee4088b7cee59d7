import COnnxRuntime
import VoicePipeline

/// A loaded model. It is immutable; runs on different threads may overlap.
public final class ONNXSession: Sendable {
    public let inputs: [ONNXPort]
    public let outputs: [ONNXPort]
    /// Where the model came from, for messages.
    public let path: String

    let runtime: ONNXRuntime
    nonisolated(unsafe) let handle: OpaquePointer

    /// Loads a model file.
    /// - Parameters:
    ///   - path: an ONNX file.
    ///   - threads: which threads compute the runs.
    /// - Throws: `.unavailable` when the file is missing, damaged, or asks for more than the library knows.
    public convenience init(
        _ runtime: ONNXRuntime, model path: String, threads: ONNXThreads = .shared
    ) throws(EngineError) {
        do throws(EngineError) {
            try self.init(runtime, .file(path), path: path, threads: threads)
        } catch {
            guard case .failed(_, _, let message) = error else { throw error }
            throw .unavailable("the model \(path) cannot be loaded (\(Self.firstLine(message))): run scripts/setup.sh")
        }
    }

    init(_ runtime: ONNXRuntime, _ source: ONNXModelSource, path: String, threads: ONNXThreads) throws(EngineError) {
        let library = runtime.library
        let slots = runtime.slots
        let options = try ONNXSessionOptions.make(library, threads: threads)
        let handle = try runtime.openSession(source, options: options.handle)
        do throws(EngineError) {
            var count = 0
            try library.check(slots.SessionGetInputCount(handle, &count))
            var inputs: [ONNXPort] = []
            for index in 0..<count {
                let name = try runtime.string { slots.SessionGetInputName(handle, index, runtime.allocator, $0) }
                let info = try library.make { slots.SessionGetInputTypeInfo(handle, index, $0) }
                inputs.append(try library.port(name: name ?? "", info))
            }
            try library.check(slots.SessionGetOutputCount(handle, &count))
            var outputs: [ONNXPort] = []
            for index in 0..<count {
                let name = try runtime.string { slots.SessionGetOutputName(handle, index, runtime.allocator, $0) }
                let info = try library.make { slots.SessionGetOutputTypeInfo(handle, index, $0) }
                outputs.append(try library.port(name: name ?? "", info))
            }
            self.inputs = inputs
            self.outputs = outputs
        } catch {
            slots.ReleaseSession(handle)
            throw error
        }
        self.runtime = runtime
        self.handle = handle
        self.path = path
    }

    deinit {
        runtime.slots.ReleaseSession(handle)
    }

    /// Checks that the model has these inputs and outputs (it may have more outputs).
    /// - Throws: `.unavailable` that names the first difference.
    public func validate(inputs expectedInputs: [ONNXPort], outputs expectedOutputs: [ONNXPort]) throws(EngineError) {
        for expected in expectedInputs where !inputs.contains(where: { $0.fits(expected) }) {
            throw .unavailable("\(path) is not the expected model: it has no input \(expected)")
        }
        for input in inputs where !expectedInputs.contains(where: { $0.name == input.name }) {
            throw .unavailable("\(path) is not the expected model: it asks for an input \(input)")
        }
        for expected in expectedOutputs where !outputs.contains(where: { $0.fits(expected) }) {
            throw .unavailable("\(path) is not the expected model: it has no output \(expected)")
        }
    }

    /// Runs the model once on the calling thread.
    /// - Parameters:
    ///   - inputs: every input by name.
    ///   - outputs: names of the results wanted.
    ///   - cancellation: ends the run early.
    /// - Returns: the results in the order of `outputs`; the library owns their memory, and they outlive the session.
    /// - Throws: `.cancelled`; `.failed` when an input is missing or has the wrong type or shape.
    public func run(
        _ inputs: KeyValuePairs<String, ONNXTensor>, outputs names: [String],
        cancellation: EngineCancellation? = nil
    ) throws(EngineError) -> [ONNXTensor] {
        var values = [OpaquePointer?](repeating: nil, count: names.count)
        let inputValues = inputs.map { Optional($0.value.handle) }
        defer { withExtendedLifetime(inputs) {} }
        try withRunOptions(cancellation) { options throws(EngineError) in
            CStrings.with(inputs.map(\.key)) { inputNames in
                CStrings.with(names) { outputNames in
                    runtime.slots.Run(
                        handle, options, inputNames, inputValues, inputValues.count, outputNames, names.count, &values)
                }
            }
        }
        var results: [ONNXTensor] = []
        for index in values.indices {
            guard let value = values[index] else {
                throw .failed(engine: "ONNX Runtime", code: 1, message: "\(names[index]) was not computed")
            }
            do throws(EngineError) {
                results.append(try ONNXTensor(runtime, taking: value))
            } catch {
                for rest in values[(index + 1)...] { runtime.slots.ReleaseValue(rest) }
                throw error
            }
        }
        return results
    }

    /// Text that the model's maker put into the file under a name.
    public func metadata(_ key: String) throws(EngineError) -> String? {
        let metadata = try runtime.library.make { runtime.slots.SessionGetModelMetadata(handle, $0) }
        defer { runtime.slots.ReleaseModelMetadata(metadata) }
        return try runtime.string {
            runtime.slots.ModelMetadataLookupCustomMetadataMap(metadata, runtime.allocator, key, $0)
        }
    }

    /// Makes one call that runs the model and turns its status into an error.
    func withRunOptions(
        _ cancellation: EngineCancellation?, _ call: (OpaquePointer?) throws(EngineError) -> OpaquePointer?
    ) throws(EngineError) {
        guard let cancellation else { return try runtime.library.check(call(nil)) }
        let options = try ONNXRunOptions.make(runtime.library)
        try self.call(with: options, cancellation, call)
    }

    /// Apart from the above, because Swift 6.0 cannot compile these branches where something noncopyable is owned.
    private func call(
        with options: borrowing ONNXRunOptions, _ cancellation: EngineCancellation,
        _ call: (OpaquePointer?) throws(EngineError) -> OpaquePointer?
    ) throws(EngineError) {
        try cancellation.check()
        let handle = options.handle
        do throws(EngineError) {
            let stop = options.terminate
            try cancellation.withHandler(stop) { () throws(EngineError) in
                try runtime.library.check(call(handle))
            }
        } catch {
            // A run that was told to end reports a failure like any other.
            try cancellation.check()
            throw error
        }
        try cancellation.check()
    }

    private static func firstLine(_ message: String) -> Substring {
        message.prefix { !$0.isNewline }
    }
}
