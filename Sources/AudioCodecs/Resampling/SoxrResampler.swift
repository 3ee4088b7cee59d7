import VoicePipeline

/// Resampling by libsoxr in its "high quality" recipe: 20 bits, linear phase, passband to 91 % of the lower Nyquist
/// frequency. No delay: the first output sample stands where the first input sample stood.
public struct SoxrResampler: AudioResampler {
    public init() {}

    public func resample(
        _ samples: [Float], from inputRate: Int, to outputRate: Int
    ) throws(EngineError) -> [Float] {
        try SampleCount.check(inputRate)
        try SampleCount.check(outputRate)
        if inputRate == outputRate || samples.isEmpty { return samples }
        var output: [Float] = []
        output.reserveCapacity(SampleCount.resampled(samples.count, from: inputRate, to: outputRate) + 64)
        var stream = try SoxrStream(from: inputRate, to: outputRate)
        try stream.append(samples, to: &output)
        try stream.finish(&output)
        return output
    }
}
