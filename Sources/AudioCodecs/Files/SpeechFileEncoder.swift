import VoicePipeline
import VoiceProtocol

/// Writes speech as files while it is being made: WAV and PCM by itself, FLAC and Ogg Opus by libsndfile.
public struct SpeechFileEncoder: AudioFormatEncoder {
    /// Rate of `pcm`, which has no head that could say another one, Hz.
    public static let pcmRate = 24_000
    /// Rate of Opus files, Hz.
    static let opusRate = 48_000

    public init() {}

    public func makeEncoder(
        _ format: AudioFormat, sampleRate: Int
    ) throws(EngineError) -> any AudioFormatStream {
        try SampleCount.check(sampleRate)
        switch format {
        case .wav: return WAVStream(sampleRate: sampleRate)
        case .pcm: return try Resampled(PCMStream(), from: sampleRate, to: Self.pcmRate)
        case .flac: return try SoundFileWriter.make(.flac, sampleRate: sampleRate)
        case .opus:
            return try Resampled(
                SoundFileWriter.make(.opus, sampleRate: Self.opusRate), from: sampleRate, to: Self.opusRate)
        }
    }
}

/// 16-bit samples without a head.
private final class PCMStream: AudioFormatStream {
    func append(_ samples: [Float]) -> [UInt8] { PCM16.encode(samples) }
    func finish() -> [UInt8] { [] }
}

/// RIFF with 16-bit samples; both lengths in its head are the greatest there is, which means that nobody knows them.
private final class WAVStream: AudioFormatStream {
    /// nil once it was given out.
    private let head: Guarded<[UInt8]>

    init(sampleRate: Int) {
        var bytes = WAVHeader(sampleRate: sampleRate, dataSize: 0).encoded()
        for start in [4, 40] { bytes.replaceSubrange(start..<start + 4, with: [0xFF, 0xFF, 0xFF, 0xFF]) }
        head = Guarded(bytes)
    }

    func append(_ samples: [Float]) -> [UInt8] { finish() + PCM16.encode(samples) }

    func finish() -> [UInt8] {
        head.withLock { head in
            defer { head = [] }
            return head
        }
    }
}

/// A stream that takes another rate than it is given.
private final class Resampled: AudioFormatStream {
    private let stream: any AudioFormatStream
    /// nil where the rates are the same.
    private let resampler: Guarded<(any ResamplerStream)?>

    init(_ stream: any AudioFormatStream, from inputRate: Int, to outputRate: Int) throws(EngineError) {
        self.stream = stream
        resampler = Guarded(inputRate == outputRate ? nil : try SoxrResampler().stream(from: inputRate, to: outputRate))
    }

    func append(_ samples: [Float]) throws(EngineError) -> [UInt8] {
        let samples = try resampler.withLock { resampler throws(EngineError) in
            guard let resampler else { return samples }
            // One value that is no number would spoil all that the filter gives from then on.
            return try resampler.append(samples.map { $0.isFinite ? $0 : 0 })
        }
        return samples.isEmpty ? [] : try stream.append(samples)
    }

    func finish() throws(EngineError) -> [UInt8] {
        let rest = try resampler.withLock { resampler throws(EngineError) in
            defer { resampler = nil }
            return try resampler?.finish() ?? []
        }
        return (rest.isEmpty ? [] : try stream.append(rest)) + (try stream.finish())
    }
}
