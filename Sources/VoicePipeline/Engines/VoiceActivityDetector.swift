/// Says where speech is. The detector is shared; each utterance or connection takes a stream of its own.
public protocol VoiceActivityDetector: Sendable {
    /// Samples in one frame at 16 kHz.
    var frameLength: Int { get }

    /// A stream with fresh state.
    func makeStream() throws(EngineError) -> any VoiceActivityStream
}

/// The running state of one detector.
public protocol VoiceActivityStream: Sendable {
    /// Takes the next samples; what does not fill a frame is kept for the next call.
    /// - Parameter samples: mono, 16 kHz, -1…1, any count.
    /// - Returns: one probability of speech, 0…1, for every frame that became complete.
    func process(_ samples: [Float]) async throws(EngineError) -> [Float]

    /// Forgets all that was heard.
    func reset() async
}
