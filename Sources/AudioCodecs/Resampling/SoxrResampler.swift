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

    public func stream(from inputRate: Int, to outputRate: Int) throws(EngineError) -> any ResamplerStream {
        try SoxrParts(SoxrStream(from: inputRate, to: outputRate))
    }
}

/// A `SoxrStream` behind the pipeline's protocol.
private final class SoxrParts: ResamplerStream {
    private var stream: SoxrStream

    init(_ stream: consuming SoxrStream) { self.stream = stream }

    func append(_ samples: [Float]) throws(EngineError) -> [Float] {
        var output: [Float] = []
        try stream.append(samples, to: &output)
        return output
    }

    func finish() throws(EngineError) -> [Float] {
        var output: [Float] = []
        try stream.finish(&output)
        return output
    }
}
