/// Why a text frame from a client was not understood.
public enum HotpinFrameError: Error, Equatable, Sendable {
    case notJSON
    case notAnObject
    /// `session_id` is missing, empty, longer than 128 bytes, or holds control characters.
    case sessionID
    /// A known member has a value of the wrong type.
    case wrongType
    /// `audio` is neither "file" nor "stream".
    case audio
    /// `audio_format` is neither "pcm" nor "opus".
    case audioFormat
    /// `turns` is neither "manual" nor "auto".
    case turns
    /// Opus goes with streamed audio only.
    case opusNeedsStream
    /// Barge-in goes with streamed audio and turns that the server takes only.
    case bargeInNeedsBoth
    /// `played_ms` is not a whole number of milliseconds.
    case played
    /// Neither a handshake nor a signal.
    case unknown
    /// A signal this server does not know.
    case unknownSignal
}
