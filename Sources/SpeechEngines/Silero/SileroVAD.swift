import VoicePipeline

/// Voice activity with Silero VAD v6: one probability for every 32 ms.
///
/// All streams share one model and one thread; a frame takes about 0.06 ms there, in longer pieces 0.013 ms each.
/// - Source: silero-vad 6.2.3, `OnnxWrapper`.
public final class SileroVAD: VoiceActivityDetector {
    private let worker: EngineWorker
    private let model: Guarded<SileroModel>

    /// Samples in one frame at 16 kHz.
    public var frameLength: Int { SileroState.frameLength }

    /// Loads the model.
    /// - Parameters:
    ///   - model: path of `silero_vad_16k.onnx`, which `Tools/convert_silero` makes.
    ///   - capacity: calls of all streams together that may wait before callers hear `.busy`.
    /// - Throws: `.unavailable` when the file is missing, damaged, or another model.
    public init(runtime: ONNXRuntime, model path: String, capacity: Int = 64) throws(EngineError) {
        model = Guarded(try SileroModel(runtime, path: path))
        worker = try EngineWorker(name: "silero-vad", capacity: capacity)
    }

    /// A stream with fresh state.
    public func makeStream() -> any VoiceActivityStream {
        SileroStream(self)
    }

    /// Runs `frames` through the model on the detector's thread.
    /// - Returns: a probability a frame, and the state after the last one.
    func process(
        _ samples: [Float], _ state: SileroState
    ) async throws(EngineError) -> (probabilities: [Float], state: SileroState) {
        try await worker.run { [self] cancellation throws(EngineError) in
            var state = state
            var probabilities: [Float] = []
            var rest = state.frames(adding: samples)[...]
            while !rest.isEmpty {
                try cancellation.check()
                let frames = rest.prefix(SileroModel.mostFrames)
                rest = rest.dropFirst(frames.count)
                // A sample that is no number would poison the stream's memory for good.
                guard frames.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
                    throw .invalidInput("the samples hold values that are not finite")
                }
                // Only the worker's one thread comes here, so the lock is always free.
                probabilities += try model.withLock { model throws(EngineError) in
                    try model.probabilities(of: frames, &state)
                }
            }
            return (probabilities, state)
        }
    }
}
