import Glibc
import VoicePipeline

/// A loaded Piper voice: its two networks and its description. Immutable; runs may overlap.
///
/// The encoder turns the phonemes of a sentence into latents, a vector for each frame; how long the speech is, is known
/// then. The decoder turns frames into samples, as many at a time as one likes.
package final class PiperVoice: Sendable {
    package let configuration: PiperConfiguration
    package let layout: PiperLayout
    private let runtime: ONNXRuntime
    private let encoder: ONNXSession
    private let decoder: ONNXSession

    /// Loads a voice.
    /// - Parameter folder: holds `encoder.onnx`, `decoder.onnx`, `decoder.json` and `voice.onnx.json`.
    /// - Throws: `.unavailable` when one is missing, damaged, or they do not belong together.
    package init(_ runtime: ONNXRuntime, folder: String) throws(EngineError) {
        let description = "\(folder)/voice.onnx.json"
        let configuration = try PiperConfiguration(
            json: BoundedFile.read(description, limit: 1 << 20), path: description)
        if access("\(folder)/decoder.json", F_OK) != 0, access("\(folder)/voice.onnx", F_OK) == 0 {
            throw .unavailable(
                "\(folder) holds a voice in one piece, and it is needed in two: run scripts/setup.sh, or "
                    + "Tools/split_piper for a voice of your own")
        }
        let facts = "\(folder)/decoder.json"
        let layout = try PiperLayout(json: BoundedFile.read(facts, limit: 1 << 16), path: facts)
        // One thread a synthesis: two are slower on a busy machine.
        let encoder = try ONNXSession(runtime, model: "\(folder)/encoder.onnx", threads: .caller)
        let decoder = try ONNXSession(runtime, model: "\(folder)/decoder.onnx", threads: .caller)
        let latents = ONNXPort(name: "latents", elementType: .float, shape: [nil, layout.channels, nil])
        try encoder.validate(
            inputs: [
                ONNXPort(name: "input", elementType: .int64, shape: [nil, nil]),
                ONNXPort(name: "input_lengths", elementType: .int64, shape: [nil]),
                ONNXPort(name: "scales", elementType: .float, shape: [3]),
            ], outputs: [latents])
        try decoder.validate(
            inputs: [latents], outputs: [ONNXPort(name: "output", elementType: .float, shape: [nil, nil, nil, nil])])
        self.configuration = configuration
        self.layout = layout
        self.runtime = runtime
        self.encoder = encoder
        self.decoder = decoder
        try checkPair(folder)
    }

    /// The encoder looks ids up in a table; an id beyond it shows that the description is of another voice. What the
    /// decoder makes of the frames shows whether its facts are its own.
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
        guard let output = outputs.first, output.shape.count == 3, output.shape[0] == 1,
            output.shape[1] == layout.channels,
            let latents = PiperLatents(rows: try output.elements(of: Float.self), channels: layout.channels)
        else { throw .failed(engine: "Piper", code: 1, message: "the encoder gave no frames") }
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
        let wanted = frames.clamped(to: 0..<latents.frames)
        guard !wanted.isEmpty else { return [] }
        let first = max(0, wanted.lowerBound - layout.context)
        let last = min(latents.frames, wanted.upperBound + layout.context)
        let rows = latents.rows(of: first..<last)
        let outputs = try decoder.run(
            ["latents": ONNXTensor(runtime, rows, shape: [1, latents.channels, last - first])],
            outputs: ["output"], cancellation: cancellation)
        guard let output = outputs.first, output.count == (last - first) * layout.hop else {
            throw .failed(engine: "Piper", code: 2, message: "the decoder gave another number of samples than expected")
        }
        let start = (wanted.lowerBound - first) * layout.hop
        return try output.withElements(of: Float.self) { samples throws(EngineError) in
            Array(samples[start..<start + wanted.count * layout.hop])
        }
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
