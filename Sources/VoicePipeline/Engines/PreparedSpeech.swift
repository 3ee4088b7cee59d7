/// A piece of text that is ready to be spoken: how long it will take is known, the sound is made part by part.
///
/// Who does not want the rest leaves it.
public protocol PreparedSpeech: Sendable {
    /// Hz.
    var sampleRate: Int { get }
    /// Samples in all; exact.
    var count: Int { get }

    /// The next samples, -1…1, mono; never none, nil at the end. One caller at a time.
    /// - Parameter priority: which waiting work goes first.
    /// - Throws: `.cancelled` soon after the calling task is cancelled; `.busy` when the queue is full.
    func next(priority: EnginePriority) async throws(EngineError) -> [Float]?
}

/// Speech that is there as a whole.
public actor WholeSpeech: PreparedSpeech {
    public nonisolated let sampleRate: Int
    public nonisolated let count: Int
    private var samples: [Float]

    public init(_ speech: SynthesizedSpeech) {
        samples = speech.samples
        sampleRate = speech.sampleRate
        count = speech.samples.count
    }

    public func next(priority: EnginePriority) -> [Float]? {
        defer { samples = [] }
        return samples.isEmpty ? nil : samples
    }
}
