import VoicePipeline

/// Decodes one sound file piece by piece into what the engines take: mono, 16 kHz, -1…1. Belongs to one thread at a time.
///
/// Memory is a piece's, whatever the file promises.
final class SoundFileDecoder {
    /// Sample rate of the file, Hz.
    let rate: Int
    /// Channels of the file; they are averaged.
    let channels: Int
    /// Frames that were read so far, at `rate`.
    private(set) var frames = 0

    private let path: String
    private let handle: SoundFileHandle
    /// nil where the file has the engines' rate.
    private let resampler: (any ResamplerStream)?
    private var isOver = false

    /// Opens a file.
    /// - Parameters:
    ///   - path: what is inside decides, not the name.
    ///   - isRaw: the file has no header: 16 kHz mono 16-bit little-endian.
    init(path: String, isRaw: Bool) throws(AudioFileError) {
        let handle = try SoundFileHandle(path: path, isRaw: isRaw)
        guard SampleCount.rates.contains(handle.rate) else {
            throw .unsupported(path: path, reason: "its sample rate is \(handle.rate) Hz")
        }
        guard (1...Self.maximumChannels).contains(handle.channels) else {
            throw .unsupported(path: path, reason: "it has \(handle.channels) channels")
        }
        resampler = try Self.resampler(from: handle.rate, path: path)
        self.path = path
        rate = handle.rate
        channels = handle.channels
        self.handle = handle
    }

    /// Frames that the head promises; nil where it does not say.
    var declaredFrames: Int? { handle.declaredFrames }

    /// Whether a read has failed, as opposed to having reached the end.
    var hasFailed: Bool { handle.hasFailed() }

    /// The next samples: about a second, never none; nil at the end.
    func next() throws(AudioFileError) -> [Float]? {
        var samples: [Float] = []
        do {
            while !isOver, samples.count < AudioFile.sampleRate {
                let mono = Self.averaged(handle.read(frames: Self.framesPerRead), channels: channels)
                frames += mono.count
                isOver = mono.isEmpty
                guard let resampler else {
                    samples += mono
                    continue
                }
                // The filter overshoots beside steps between full-scale samples.
                let output = isOver ? try resampler.finish() : try resampler.append(mono)
                samples += output.map { min(1, max(-1, $0)) }
            }
        } catch {
            throw .unsupported(path: path, reason: "its sample rate cannot be converted (\(error))")
        }
        return samples.isEmpty ? nil : samples
    }

    private static func resampler(from rate: Int, path: String) throws(AudioFileError) -> (any ResamplerStream)? {
        guard rate != AudioFile.sampleRate else { return nil }
        do {
            return try SoxrResampler().stream(from: rate, to: AudioFile.sampleRate)
        } catch {
            throw .unsupported(path: path, reason: "its sample rate cannot be converted (\(error))")
        }
    }

    /// The mean of the channels; values outside -1…1 (float files may have them) are clipped, non-numbers are silence.
    private static func averaged(_ samples: [Float], channels: Int) -> [Float] {
        let scale = 1 / Float(channels)
        return stride(from: 0, to: samples.count - channels + 1, by: channels).map { start in
            var sum: Float = 0
            for index in start..<start + channels { sum += samples[index] }
            return sum.isFinite ? min(1, max(-1, sum * scale)) : 0
        }
    }

    private static let framesPerRead = 8_192
    private static let maximumChannels = 64
}
