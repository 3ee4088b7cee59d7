/// Why an audio file could not be used. `description` is a sentence for the person who named the file.
public enum AudioFileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file is missing, a folder, or not readable; with the system's reason.
    case unreadable(path: String, reason: String)
    /// The content is no audio format that is known, or its header is broken; with the library's reason.
    case notAudio(path: String, reason: String)
    /// A valid file without a single sample.
    case empty(path: String)
    /// Longer than the caller allows, seconds.
    case tooLong(path: String, limit: Double)
    /// Audio with a rate or channel count that is not handled; with what it is.
    case unsupported(path: String, reason: String)

    public var description: String {
        switch self {
        case .unreadable(let path, let reason):
            "Cannot read \(path): \(reason)."
        case .notAudio(let path, let reason):
            "\(path) is not an audio file that can be read (\(reason)). Use WAV, FLAC, Ogg, MP3 or AIFF."
        case .empty(let path):
            "\(path) holds no audio."
        case .tooLong(let path, let limit):
            "\(path) is longer than \(Int(limit.rounded(.down))) seconds. Cut it into shorter pieces."
        case .unsupported(let path, let reason):
            "\(path) cannot be used: \(reason)."
        }
    }
}
