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
        let source = try SoundFileDecoder(path: path, isRaw: SoundFileHandle.isRaw(path))
        let limit = (max(0, maximumSeconds) * Double(source.rate)).rounded(.up)
        var samples: [Float] = []
        while let piece = try source.next() {
            guard Double(source.frames) <= limit else { throw .tooLong(path: path, limit: maximumSeconds) }
            samples += piece
        }
        guard source.frames > 0 else { throw .empty(path: path) }
        let isShort = source.declaredFrames.map { source.frames < $0 } ?? true
        return AudioFile(
            samples: samples, sourceRate: source.rate, sourceChannels: source.channels, sourceFrames: source.frames,
            isTruncated: isShort || source.hasFailed)
    }
}
