import VoicePipeline

/// The graph and the tensors that it computes in. One frame at a time.
final class SileroModel {
    private let binding: ONNXBinding
    private let input: ONNXTensor
    private let memory: ONNXTensor
    private let nextMemory: ONNXTensor
    private let output: ONNXTensor

    init(_ runtime: ONNXRuntime, path: String) throws(EngineError) {
        // A frame is too little work to share between threads.
        let session = try ONNXSession(runtime, model: path, threads: .caller)
        try session.validate(
            inputs: [
                ONNXPort(name: "input", elementType: .float, shape: [nil, nil]),
                ONNXPort(name: "state", elementType: .float, shape: [2, nil, 128]),
                ONNXPort(name: "sr", elementType: .int64, shape: []),
            ],
            outputs: [
                ONNXPort(name: "output", elementType: .float, shape: [nil, 1]),
                ONNXPort(name: "stateN", elementType: .float, shape: [nil, nil, nil]),
            ])
        let length = SileroState.contextLength + SileroState.frameLength
        input = try ONNXTensor(runtime, shape: [1, length], repeating: Float(0))
        memory = try ONNXTensor(runtime, shape: [2, 1, 128], repeating: Float(0))
        nextMemory = try ONNXTensor(runtime, shape: [2, 1, 128], repeating: Float(0))
        output = try ONNXTensor(runtime, shape: [1, 1], repeating: Float(0))
        binding = try ONNXBinding(session)
        try binding.bind(input: "input", to: input)
        try binding.bind(input: "state", to: memory)
        try binding.bind(input: "sr", to: try ONNXTensor(runtime, [16000] as [Int64], shape: []))
        try binding.bind(output: "output", to: output)
        try binding.bind(output: "stateN", to: nextMemory)
    }

    /// Probability of speech in one frame of `SileroState.frameLength` samples.
    func probability(of frame: ArraySlice<Float>, _ state: inout SileroState) throws(EngineError) -> Float {
        try input.withElements(of: Float.self) { elements throws(EngineError) in
            let rest = elements.update(fromContentsOf: state.context)
            _ = elements[rest...].update(fromContentsOf: frame)
        }
        try memory.withElements(of: Float.self) { elements throws(EngineError) in
            _ = elements.update(fromContentsOf: state.memory)
        }
        try binding.run()
        state.memory = try nextMemory.elements(of: Float.self)
        state.context = Array(frame.suffix(SileroState.contextLength))
        return try output.withElements(of: Float.self) { elements throws(EngineError) in elements.first ?? 0 }
    }
}
