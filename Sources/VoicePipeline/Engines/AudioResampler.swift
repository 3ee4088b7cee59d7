/// Changes the sample rate of audio.
public protocol AudioResampler: Sendable {
    /// - Parameters:
    ///   - samples: mono, -1…1.
    ///   - inputRate: Hz, 4,000…192,000.
    ///   - outputRate: Hz, 4,000…192,000.
    /// - Returns: `SampleCount.resampled` samples.
    func resample(_ samples: [Float], from inputRate: Int, to outputRate: Int) throws(EngineError) -> [Float]

    /// The same for audio that comes in parts.
    func stream(from inputRate: Int, to outputRate: Int) throws(EngineError) -> any ResamplerStream
}

/// One piece of audio whose rate is changed part by part. Belongs to one task.
public protocol ResamplerStream: AnyObject {
    /// - Returns: what is known of the output; a few milliseconds behind.
    func append(_ samples: [Float]) throws(EngineError) -> [Float]

    /// - Returns: the rest; in all `SampleCount.resampled` samples were given. Nothing may be appended afterwards.
    func finish() throws(EngineError) -> [Float]
}
