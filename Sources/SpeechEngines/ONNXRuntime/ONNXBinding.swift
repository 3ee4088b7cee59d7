import COnnxRuntime
import VoicePipeline

/// Inputs and outputs of a session bound to tensors, for runs that compute in place again and again.
///
/// Keeps the session and every bound tensor alive. One run at a time; not `Sendable`.
public final class ONNXBinding {
    private let session: ONNXSession
    private let handle: OpaquePointer
    private var inputs: [String: ONNXTensor] = [:]
    private var outputs: [String: ONNXTensor] = [:]

    public init(_ session: ONNXSession) throws(EngineError) {
        let slots = session.runtime.slots
        self.session = session
        handle = try session.runtime.library.make { slots.CreateIoBinding(session.handle, $0) }
    }

    deinit {
        session.runtime.slots.ReleaseIoBinding(handle)
    }

    /// Makes a tensor the input of the runs that follow; it replaces the one bound before.
    /// - Throws: `.failed` if the session has no such input.
    public func bind(input name: String, to tensor: ONNXTensor) throws(EngineError) {
        try session.runtime.library.check(session.runtime.slots.BindInput(handle, name, tensor.handle))
        inputs[name] = tensor
    }

    /// Makes the runs that follow write an output into a tensor. An input may be bound to the same tensor where the
    /// model's operator allows it.
    /// - Throws: `.failed` if the session has no such output.
    public func bind(output name: String, to tensor: ONNXTensor) throws(EngineError) {
        try session.runtime.library.check(session.runtime.slots.BindOutput(handle, name, tensor.handle))
        outputs[name] = tensor
    }

    /// Runs the model once on the calling thread.
    /// - Throws: `.cancelled`; `.failed` when an input is not bound or a tensor has the wrong type or shape.
    public func run(cancellation: EngineCancellation? = nil) throws(EngineError) {
        try session.withRunOptions(cancellation) { options throws(EngineError) in
            session.runtime.slots.RunWithBinding(session.handle, options, handle)
        }
    }
}
