import VoicePipeline

/// The graph and the tensors that it computes in; made by `Tools/convert_silero`.
///
/// Any number of frames goes through it in one run: a frame alone costs five times as much as one of many.
final class SileroModel {
    /// Frames of one run at most: about a second of sound, after which a cancelled caller is let go.
    static let mostFrames = 32

    /// Tensors for runs of a fixed number of frames.
    private struct Batch {
        let frames: ONNXTensor
        let probabilities: ONNXTensor
        let binding: ONNXBinding
    }

    private let runtime: ONNXRuntime
    private let session: ONNXSession
    private let memory: ONNXTensor
    private let nextMemory: ONNXTensor
    private var batches: [Int: Batch] = [:]

    init(_ runtime: ONNXRuntime, path: String) throws(EngineError) {
        // A second of sound is too little work to share between threads.
        session = try ONNXSession(runtime, model: path, threads: .caller)
        let memoryPort = ONNXPort(name: "state", elementType: .float, shape: [2, 1, 128])
        try session.validate(
            inputs: [ONNXPort(name: "frames", elementType: .float, shape: [nil, SileroState.rowLength]), memoryPort],
            outputs: [
                ONNXPort(name: "probabilities", elementType: .float, shape: [nil]),
                ONNXPort(name: "stateN", elementType: .float, shape: memoryPort.shape),
            ])
        self.runtime = runtime
        memory = try ONNXTensor(runtime, shape: [2, 1, 128], repeating: Float(0))
        nextMemory = try ONNXTensor(runtime, shape: [2, 1, 128], repeating: Float(0))
    }

    /// Probability of speech in each of some frames of `SileroState.frameLength` samples that follow one another.
    /// - Parameter frames: 1…`mostFrames`.
    func probabilities(
        of frames: ArraySlice<ArraySlice<Float>>, _ state: inout SileroState
    ) throws(EngineError) -> [Float] {
        let batch = try batch(of: frames.count)
        var context = state.context
        try batch.frames.withElements(of: Float.self) { elements throws(EngineError) in
            var place = 0
            for frame in frames {
                place = elements[place...].update(fromContentsOf: context)
                place = elements[place...].update(fromContentsOf: frame)
                context = Array(frame.suffix(SileroState.contextLength))
            }
        }
        try memory.withElements(of: Float.self) { elements throws(EngineError) in
            _ = elements.update(fromContentsOf: state.memory)
        }
        try batch.binding.run()
        state.memory = try nextMemory.elements(of: Float.self)
        state.context = context
        return try batch.probabilities.elements(of: Float.self)
    }

    private func batch(of count: Int) throws(EngineError) -> Batch {
        if let batch = batches[count] { return batch }
        let batch = Batch(
            frames: try ONNXTensor(runtime, shape: [count, SileroState.rowLength], repeating: Float(0)),
            probabilities: try ONNXTensor(runtime, shape: [count], repeating: Float(0)),
            binding: try ONNXBinding(session))
        let binding = batch.binding
        try binding.bind(input: "frames", to: batch.frames)
        try binding.bind(input: "state", to: memory)
        try binding.bind(output: "probabilities", to: batch.probabilities)
        try binding.bind(output: "stateN", to: nextMemory)
        batches[count] = batch
        return batch
    }
}
