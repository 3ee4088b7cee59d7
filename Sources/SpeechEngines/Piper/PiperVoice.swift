import Glibc
import VoicePipeline

/// A loaded Piper voice: its networks and its description. Immutable; runs may overlap.
///
/// ```
///  phonemes ─► encoder ─► latents, a vector for each frame ─► flow ─► features ─► decoder ─► samples
///              whole sentence; how long                       │                            │
///              it is spoken is known then                     └── any frames of it, with ──┘
///                                                                 some frames around them
/// ```
package final class PiperVoice: Sendable {
    package let configuration: PiperConfiguration
    package let layout: PiperLayout
    private let runtime: ONNXRuntime
    private let encoder: ONNXSession
    private let flow: ONNXSession
    private let decoder: ONNXSession

    /// Loads a voice.
    /// - Parameter folder: holds `encoder.onnx`, `flow.onnx`, `decoder.onnx`, `layout.json` and `voice.onnx.json`.
    /// - Throws: `.unavailable` when one is missing, damaged, or they do not belong together.
    package init(_ runtime: ONNXRuntime, folder: String) throws(EngineError) {
        let description = "\(folder)/voice.onnx.json"
        configuration = try PiperConfiguration(json: BoundedFile.read(description, limit: 1 << 20), path: description)
        let facts = "\(folder)/layout.json"
        if access(facts, F_OK) != 0, access("\(folder)/voice.onnx", F_OK) == 0 {
            throw .unavailable(
                "\(folder) holds a voice in one piece, which is to be cut into its networks: run scripts/setup.sh, or "
                    + "Tools/split_piper for a voice of your own")
        }
        layout = try PiperLayout(json: BoundedFile.read(facts, limit: 1 << 16), path: facts)
        // One thread a synthesis: two are slower on a busy machine.
        encoder = try ONNXSession(runtime, model: "\(folder)/encoder.onnx", threads: .caller)
        flow = try ONNXSession(runtime, model: "\(folder)/flow.onnx", threads: .caller)
        decoder = try ONNXSession(runtime, model: "\(folder)/decoder.onnx", threads: .caller)
        self.runtime = runtime
        try checkPorts()
        try checkPair(folder)
    }

    private func checkPorts() throws(EngineError) {
        let latents = ONNXPort(name: "latents", elementType: .float, shape: [nil, layout.channels, nil])
        let features = ONNXPort(name: "features", elementType: .float, shape: [nil, layout.channels, nil])
        try encoder.validate(
            inputs: [
                ONNXPort(name: "input", elementType: .int64, shape: [nil, nil]),
                ONNXPort(name: "input_lengths", elementType: .int64, shape: [nil]),
                ONNXPort(name: "scales", elementType: .float, shape: [3]),
            ], outputs: [latents])
        try flow.validate(inputs: [latents], outputs: [features])
        try decoder.validate(
            inputs: [features], outputs: [ONNXPort(name: "output", elementType: .float, shape: [nil, nil, nil, nil])])
    }

    /// The encoder looks ids up in a table; an id beyond it shows that the description is of another voice. What the
    /// decoder makes of the frames shows whether the layout is its own.
    private func checkPair(_ folder: String) throws(EngineError) {
        let largest = configuration.symbols.values.lazy.flatMap(\.self).max() ?? 0
        do {
            let latents = try latents(
                of: [0, largest, 0], scales: PiperScales(noise: 0, length: 1, width: 0), cancellation: nil)
            _ = try audio(of: latents, frames: 0..<latents.frames, cancellation: nil)
        } catch {
            throw .unavailable("the files in \(folder) do not belong together: run scripts/setup.sh")
        }
    }

    /// Works out, on the calling thread, how a sentence is spoken.
    /// - Parameters:
    ///   - ids: from `PhonemeEncoder`, 1…`maximumIDs`.
    ///   - cancellation: ends the run early.
    package func latents(
        of ids: [Int64], scales: PiperScales, cancellation: EngineCancellation?
    ) throws(EngineError) -> PiperLatents {
        guard (1...Self.maximumIDs).contains(ids.count) else {
            throw .invalidInput("\(ids.count) phonemes cannot be spoken at once; at most \(Self.maximumIDs).")
        }
        let outputs = try encoder.run(
            [
                "input": ONNXTensor(runtime, ids, shape: [1, ids.count]),
                "input_lengths": ONNXTensor(runtime, [Int64(ids.count)], shape: [1]),
                "scales": ONNXTensor(runtime, [scales.noise, scales.length, scales.width], shape: [3]),
            ],
            outputs: ["latents"], cancellation: cancellation)
        return try latents(from: outputs)
    }

    /// The one result of a network as vectors.
    private func latents(from outputs: [ONNXTensor]) throws(EngineError) -> PiperLatents {
        guard let output = outputs.first, output.shape.count == 3, output.shape[0] == 1,
            output.shape[1] == layout.channels,
            let latents = PiperLatents(rows: try output.elements(of: Float.self), channels: layout.channels)
        else { throw .failed(engine: "Piper", code: 1, message: "a network gave no frames") }
        return latents
    }

    /// Makes the sound of some frames on the calling thread.
    /// - Parameters:
    ///   - frames: within the latents; what is beyond is left out.
    ///   - cancellation: ends the run early.
    /// - Returns: `layout.hop` mono samples a frame at the voice's rate, as the decoder gives them; their level depends
    ///   on the voice. Parts that follow one another are together the same as the whole.
    package func audio(
        of latents: PiperLatents, frames: Range<Int>, cancellation: EngineCancellation?
    ) throws(EngineError) -> [Float] {
        let all = 0..<latents.frames
        let wanted = frames.clamped(to: all)
        guard !wanted.isEmpty else { return [] }
        let decoded = wanted.widened(by: layout.decoderContext).clamped(to: all)
        let flowing = decoded.widened(by: layout.flowContext).clamped(to: all)
        let features = try self.latents(
            from: flow.run(
                ["latents": tensor(latents.rows(of: flowing))], outputs: ["features"], cancellation: cancellation))
        let outputs = try decoder.run(
            ["features": tensor(features.rows(of: decoded.moved(by: -flowing.lowerBound)))], outputs: ["output"],
            cancellation: cancellation)
        guard let output = outputs.first, output.count == decoded.count * layout.hop else {
            throw .failed(engine: "Piper", code: 2, message: "the decoder gave another number of samples than expected")
        }
        let start = (wanted.lowerBound - decoded.lowerBound) * layout.hop
        return try output.withElements(of: Float.self) { samples throws(EngineError) in
            Array(samples[start..<start + wanted.count * layout.hop])
        }
    }

    private func tensor(_ rows: [Float]) throws(EngineError) -> ONNXTensor {
        try ONNXTensor(runtime, rows, shape: [1, layout.channels, rows.count / layout.channels])
    }

    /// About a quarter of a minute of speech: it bounds the time and memory of one run of the encoder.
    package static let maximumIDs = 600
}

/// What a run of a Piper encoder is told beside the phonemes; see `PiperConfiguration`.
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

extension Range<Int> {
    /// For frames of one sentence, far from where numbers end.
    fileprivate func widened(by count: Int) -> Self { lowerBound - count..<upperBound + count }
    fileprivate func moved(by count: Int) -> Self { lowerBound + count..<upperBound + count }
}
