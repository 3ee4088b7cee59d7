import VoicePipeline

/// The graph, the spectrogram in front of it, and the tensors between them. One utterance at a time.
final class SmartTurnModel {
    private let features: SmartTurnFeatures
    private let binding: ONNXBinding
    private let input: ONNXTensor
    private let output: ONNXTensor

    init(_ runtime: ONNXRuntime, path: String) throws(EngineError) {
        // One core for a moment is what a hint may cost: recognition runs at the same time.
        let session = try ONNXSession(runtime, model: path, threads: .caller)
        let shape = [SmartTurnFeatures.bands, SmartTurnFeatures.frames]
        try session.validate(
            inputs: [ONNXPort(name: "input_features", elementType: .float, shape: [nil] + shape)],
            outputs: [ONNXPort(name: "logits", elementType: .float, shape: [nil, 1])])
        features = try SmartTurnFeatures()
        input = try ONNXTensor(runtime, shape: [1] + shape, repeating: Float(0))
        output = try ONNXTensor(runtime, shape: [1, 1], repeating: Float(0))
        binding = try ONNXBinding(session)
        try binding.bind(input: "input_features", to: input)
        try binding.bind(output: "logits", to: output)
    }

    /// Probability, 0…1, that the speaker has finished. The output is called logits but has been through a sigmoid.
    /// - Parameter samples: finite.
    func probability(of samples: [Float], _ cancellation: EngineCancellation) throws(EngineError) -> Float {
        try input.withElements(of: Float.self) { elements throws(EngineError) in
            features.compute(samples, into: elements)
        }
        try binding.run(cancellation: cancellation)
        let probability = try output.withElements(of: Float.self) { elements throws(EngineError) in
            elements.first ?? .nan
        }
        guard probability.isFinite else {
            throw .failed(engine: "Smart Turn", code: 0, message: "the model's answer is no number")
        }
        return min(max(probability, 0), 1)
    }
}
