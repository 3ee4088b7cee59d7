import VoicePipeline

/// A loaded Piper voice: the model and its description. Immutable; runs may overlap.
package final class PiperVoice: Sendable {
    package let configuration: PiperConfiguration
    private let runtime: ONNXRuntime
    private let session: ONNXSession

    /// Loads a voice.
    /// - Parameter folder: holds `voice.onnx` and `voice.onnx.json`.
    /// - Throws: `.unavailable` when one is missing, damaged, or they do not belong together.
    package init(_ runtime: ONNXRuntime, folder: String) throws(EngineError) {
        let path = "\(folder)/voice.onnx"
        let description = try BoundedFile.read("\(path).json", limit: 1 << 20)
        let configuration = try PiperConfiguration(json: description, path: "\(path).json")
        // One thread a synthesis: two are slower on a busy machine.
        let session = try ONNXSession(runtime, model: path, threads: .caller)
        try session.validate(
            inputs: [
                ONNXPort(name: "input", elementType: .int64, shape: [nil, nil]),
                ONNXPort(name: "input_lengths", elementType: .int64, shape: [nil]),
                ONNXPort(name: "scales", elementType: .float, shape: [3]),
            ],
            outputs: [ONNXPort(name: "output", elementType: .float, shape: [nil, nil, nil, nil])])
        self.configuration = configuration
        self.runtime = runtime
        self.session = session
        try checkPair(path)
    }

    /// The model looks ids up in a table; an id beyond it shows that the description is of another voice.
    private func checkPair(_ path: String) throws(EngineError) {
        let largest = configuration.symbols.values.lazy.flatMap(\.self).max() ?? 0
        do {
            _ = try audio(of: [0, largest, 0], scales: PiperScales(noise: 0, length: 1, width: 0), cancellation: nil)
        } catch {
            throw .unavailable("\(path) and \(path).json do not belong together: run scripts/setup.sh")
        }
    }

    /// Runs the model on the calling thread.
    /// - Parameters:
    ///   - ids: from `PhonemeEncoder`, 1…`maximumIDs`.
    ///   - cancellation: ends the run early.
    ///   - releasesMemory: see `ONNXSession.run`.
    /// - Returns: mono samples at the voice's rate, as the model gives them; their level depends on the voice.
    package func audio(
        of ids: [Int64], scales: PiperScales, cancellation: EngineCancellation?, releasesMemory: Bool = false
    ) throws(EngineError) -> [Float] {
        guard (1...Self.maximumIDs).contains(ids.count) else {
            throw .invalidInput("\(ids.count) phonemes cannot be spoken at once; at most \(Self.maximumIDs).")
        }
        let outputs = try session.run(
            [
                "input": ONNXTensor(runtime, ids, shape: [1, ids.count]),
                "input_lengths": ONNXTensor(runtime, [Int64(ids.count)], shape: [1]),
                "scales": ONNXTensor(runtime, [scales.noise, scales.length, scales.width], shape: [3]),
            ],
            outputs: ["output"], cancellation: cancellation, releasesMemory: releasesMemory)
        guard let output = outputs.first else { return [] }
        return try output.elements(of: Float.self)
    }

    /// About half a minute of speech: it bounds the time and memory of one run.
    package static let maximumIDs = 1_200
}

/// What a run of a Piper model is told beside the phonemes; see `PiperConfiguration`.
package struct PiperScales: Equatable, Sendable {
    package var noise: Float
    package var length: Float
    package var width: Float

    package init(noise: Float, length: Float, width: Float) {
        self.noise = noise
        self.length = length
        self.width = width
    }
}
