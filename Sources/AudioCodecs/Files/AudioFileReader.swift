import VoicePipeline

/// Reads audio files of any format that libsndfile knows into what the engines take: mono, 16 kHz.
///
/// The file is read in pieces; only the converted samples are kept, so memory follows the limit and not the file.
public struct AudioFileReader: Sendable {
    /// Longest audio that is accepted, seconds.
    public let maximumSeconds: Double

    public init(maximumSeconds: Double = 30) {
        self.maximumSeconds = maximumSeconds
    }

    /// Reads a whole file. Blocks on the disk: call it on a thread that may wait.
    /// - Parameter path: a file; a name ending in `.raw` means 16 kHz mono 16-bit little-endian without a header.
    public func read(_ path: String) throws(AudioFileError) -> AudioFile {
        let source = try SoundFileHandle(path: path)
        guard SampleCount.rates.contains(source.rate) else {
            throw .unsupported(path: path, reason: "its sample rate is \(source.rate) Hz")
        }
        guard (1...Self.maximumChannels).contains(source.channels) else {
            throw .unsupported(path: path, reason: "it has \(source.channels) channels")
        }
        var frames = 0
        let samples = try samples(of: source, path: path, frames: &frames)
        guard frames > 0 else { throw .empty(path: path) }
        let isShort = source.declaredFrames.map { frames < $0 } ?? true
        return AudioFile(
            samples: samples, sourceRate: source.rate, sourceChannels: source.channels, sourceFrames: frames,
            isTruncated: isShort || source.hasFailed())
    }

    /// Everything in the file as the engines take it; `frames` becomes the number of frames that were read.
    private func samples(
        of source: borrowing SoundFileHandle, path: String, frames: inout Int
    ) throws(AudioFileError) -> [Float] {
        var samples: [Float] = []
        guard source.rate != AudioFile.sampleRate else {
            while let mono = try nextPiece(of: source, path: path, frames: &frames) { samples += mono }
            return samples
        }
        do {
            var stream = try SoxrStream(from: source.rate, to: AudioFile.sampleRate)
            while let mono = try nextPiece(of: source, path: path, frames: &frames) {
                try stream.append(mono, to: &samples)
            }
            try stream.finish(&samples)
        } catch let error as AudioFileError {
            throw error
        } catch {
            throw .unsupported(path: path, reason: "its sample rate cannot be converted (\(error))")
        }
        // The filter overshoots beside steps between full-scale samples.
        for index in samples.indices { samples[index] = min(1, max(-1, samples[index])) }
        return samples
    }

    /// The next frames as mono, counted in `frames`; nil at the end of the file.
    private func nextPiece(
        of source: borrowing SoundFileHandle, path: String, frames: inout Int
    ) throws(AudioFileError) -> [Float]? {
        let piece = source.read(frames: Self.framesPerRead)
        guard !piece.isEmpty else { return nil }
        let mono = Self.averaged(piece, channels: source.channels)
        frames += mono.count
        let limit = (max(0, maximumSeconds) * Double(source.rate)).rounded(.up)
        guard Double(frames) <= limit else { throw .tooLong(path: path, limit: maximumSeconds) }
        return mono
    }

    /// The mean of the channels; values outside -1…1 (float files may have them) are clipped, non-numbers are silence.
    private static func averaged(_ samples: [Float], channels: Int) -> [Float] {
        let scale = 1 / Float(channels)
        return stride(from: 0, to: samples.count - channels + 1, by: channels).map { start in
            let sum = samples[start..<start + channels].reduce(0, +)
            return sum.isFinite ? min(1, max(-1, sum * scale)) : 0
        }
    }

    private static let framesPerRead = 8_192
    private static let maximumChannels = 64
}
