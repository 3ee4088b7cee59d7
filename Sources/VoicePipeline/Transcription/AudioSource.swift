/// A recording that is read piece by piece. Belongs to one task.
public protocol AudioSource: AnyObject, Sendable {
    /// Length in seconds as the recording's head promises it, which may be a lie; nil where it does not say.
    var promisedDuration: Double? { get }

    /// The next samples, mono, 16 kHz, -1…1, finite; never none, at most a few seconds; nil at the end.
    /// - Throws: `RecordingError`.
    func read() async throws -> [Float]?
}

/// Opens recordings of every format that it knows.
public protocol RecordingReader: Sendable {
    /// Opens a file; what is inside decides, not its name.
    /// - Parameter path: of a regular file that does not change while it is read.
    /// - Throws: `RecordingError`.
    func open(_ path: String) async throws -> any AudioSource
}

/// Why a recording could not be used. `message` is a sentence for the person who sent it.
public struct RecordingError: Error, Equatable, Sendable {
    public enum Kind: String, Sendable {
        /// Nothing at all, or a valid file without a single sample.
        case empty
        /// No format that is known, or broken at its beginning.
        case notAudio
        /// A rate or number of channels that is not handled.
        case unsupported
        /// The disk or the system.
        case unreadable
    }
    public var kind: Kind
    public var message: String

    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}

/// Forms in which speech is handed out.
public enum AudioFormat: String, Sendable, CaseIterable {
    /// RIFF with 16-bit samples; streamed, its head says the greatest length there is.
    case wav
    /// 16-bit samples, little-endian, without a head.
    case pcm
    /// Ogg.
    case opus
    case flac

    public var contentType: String {
        switch self {
        case .wav: "audio/wav"
        case .pcm: "audio/pcm"
        case .opus: "audio/ogg"
        case .flac: "audio/flac"
        }
    }
}

/// Makes encoders for speech.
public protocol AudioFormatEncoder: Sendable {
    /// - Parameter sampleRate: of what is appended, Hz.
    func makeEncoder(_ format: AudioFormat, sampleRate: Int) throws(EngineError) -> any AudioFormatStream
}

/// One recording in the making. Belongs to one task.
public protocol AudioFormatStream: AnyObject, Sendable {
    /// - Parameter samples: mono, -1…1.
    /// - Returns: the bytes that are ready; may be none.
    func append(_ samples: [Float]) throws(EngineError) -> [UInt8]
    /// - Returns: the rest.
    func finish() throws(EngineError) -> [UInt8]
}
