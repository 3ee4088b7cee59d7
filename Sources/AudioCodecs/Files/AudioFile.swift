/// What was read from an audio file, ready for the engines.
public struct AudioFile: Equatable, Sendable {
    /// Mono, 16 kHz, -1…1.
    public var samples: [Float]
    /// Sample rate of the file, Hz.
    public var sourceRate: Int
    /// Channels of the file; they were averaged.
    public var sourceChannels: Int
    /// Frames that were really read at `sourceRate`.
    public var sourceFrames: Int
    /// True if the file promised more frames than it held, or broke off: a download that was cut, for example.
    public var isTruncated: Bool

    /// Sample rate of `samples`, Hz.
    public static let sampleRate = 16_000

    /// Length in seconds.
    public var duration: Double { Double(samples.count) / Double(Self.sampleRate) }
}
