/// Tells by the sound of a voice whether its turn is over. Asked only at pauses; a hint, never the judge.
public protocol TurnDetector: Sendable {
    /// How likely the speaker has finished.
    /// - Parameter samples: the utterance so far with the beginning of the pause; mono, 16 kHz, -1…1. Only its last
    ///   seconds count.
    /// - Returns: 0, more will come, to 1, finished.
    /// - Throws: `.busy` when the queue is full; `.cancelled` soon after the calling task is cancelled;
    ///   `.invalidInput` when a sample is no number.
    func completeness(of samples: [Float]) async throws(EngineError) -> Float
}
