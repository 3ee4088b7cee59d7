import VoicePipeline

/// The running state of one audio stream. A call that fails or is cancelled leaves the state as it was.
///
/// Calls must follow one another: one that begins before the last has ended starts from the same state.
actor SileroStream: VoiceActivityStream {
    private let detector: SileroVAD
    private var state = SileroState()
    /// Changes with every reset, so that a result computed before it is not put back afterwards.
    private var generation = 0

    init(_ detector: SileroVAD) {
        self.detector = detector
    }

    func process(_ samples: [Float]) async throws(EngineError) -> [Float] {
        let begun = generation
        let result = try await detector.process(samples, state)
        if begun == generation { state = result.state }
        return result.probabilities
    }

    func reset() {
        state = SileroState()
        generation += 1
    }
}
