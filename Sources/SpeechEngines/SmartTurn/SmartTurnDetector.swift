import VoicePipeline

/// Tells by the sound of a voice whether it has finished, with Smart Turn v3.2: an optional hint at pauses.
///
/// One model and one thread of its own for all sessions.
/// - Source: pipecat-ai 1.14.0, `LocalSmartTurnAnalyzerV3`.
public final class SmartTurnDetector: TurnDetector {
    private let worker: EngineWorker
    private let model: Guarded<SmartTurnModel>

    /// Loads the model.
    /// - Parameters:
    ///   - model: path of `smart-turn-v3.2-cpu.onnx`.
    ///   - capacity: looks of all sessions together that may wait before callers hear `.busy`. Few: a hint that comes
    ///     late is of no use.
    /// - Throws: `.unavailable` when the file is missing, damaged, or another model.
    public init(runtime: ONNXRuntime, model path: String, capacity: Int = 4) throws(EngineError) {
        model = Guarded(try SmartTurnModel(runtime, path: path))
        worker = try EngineWorker(name: "smart-turn", capacity: capacity)
    }

    /// Probability that the speaker has finished; see `TurnDetector`. The last 8 s count.
    public func completeness(of samples: [Float]) async throws(EngineError) -> Float {
        let samples = Array(samples.suffix(SmartTurnFeatures.sampleCount))
        return try await worker.run { [self] cancellation throws(EngineError) in
            guard samples.allSatisfy(\.isFinite) else {
                throw .invalidInput("the samples hold values that are not finite")
            }
            // Only the worker's one thread comes here, so the lock is always free.
            return try model.withLock { model throws(EngineError) in
                try model.probability(of: samples, cancellation)
            }
        }
    }
}
