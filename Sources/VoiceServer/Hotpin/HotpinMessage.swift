import VoicePipeline
import VoiceProtocol

/// The sentences of error frames. Those of the protocol document are word for word.
public enum HotpinMessage {
    public static func text(for failure: TurnFailure) -> String {
        switch failure {
        case .emptyAudio: "Empty audio buffer"
        case .notUnderstood: "Could not understand audio. Please try again."
        case .oddByteCount: "Audio must be 16-bit samples, but the number of bytes is odd. Please try again."
        case .tooLong(let limit): "Audio is longer than \(limit) seconds. Please ask something shorter."
        case .busy: "Too busy to take another question. Please try again in a moment."
        case .tooMany(let seconds):
            "Too many questions. Please try again in \(seconds) \(seconds == 1 ? "second" : "seconds")."
        case .stopping: stopping
        case .recognition: "Speech recognition failed. Please try again."
        case .brain: "Service temporarily unavailable"
        }
    }

    static func text(for error: HotpinFrameError) -> String {
        switch error {
        case .notJSON: "Not JSON. Send {\"session_id\":\"…\"} first, then audio and {\"signal\":\"EOS\"}."
        case .notAnObject: "A JSON object was expected, such as {\"signal\":\"EOS\"}."
        case .sessionID:
            "session_id must be a text of 1 to \(HotpinClientFrame.maximumSessionID) bytes without control characters."
        case .wrongType:
            "A member has a value of the wrong type: signal and api_key are texts, options are true or false."
        case .unknown: "Neither session_id nor signal is there."
        case .unknownSignal: "Unknown signal. Known are EOS, RESET and CANCEL."
        case .audio: "audio must be \"file\" or \"stream\"."
        case .audioFormat: "audio_format must be \"pcm\" or \"opus\"."
        case .turns: "turns must be \"manual\" or \"auto\"."
        case .opusNeedsStream: "\"audio_format\":\"opus\" needs \"audio\":\"stream\"."
        case .bargeInNeedsBoth: "\"barge_in\":true needs \"audio\":\"stream\" and \"turns\":\"auto\"."
        case .played: "played_ms must be a whole number of milliseconds, 0 to 999999999."
        }
    }

    /// - Parameter seconds: the time there was.
    static func noHandshake(within seconds: Int) -> String {
        "No handshake came within \(seconds) seconds. Connect again and send {\"session_id\":\"your-device\"} first."
    }

    static let noOpus = "This server has no Opus. Ask for \"audio_format\":\"pcm\"."
    static let badPacket = "A binary message was no Opus packet of at most 120 ms; it was dropped."
    static let audioFailed = "The answer's audio could not be encoded."
    static let stopping = "The server is stopping. Please try again in a moment."
    static let handshakeFirst = "Send the handshake first: {\"session_id\":\"your-device\"}"
    static let handshakeTwice = "The handshake was already made; open a new connection for another session."
}
