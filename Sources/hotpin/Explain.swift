import AudioCodecs
import Transport
import VoicePipeline
import VoiceServer

/// One sentence about what happened and what to do.
func explain(_ error: any Error) -> String {
    switch error {
    case let error as ConfigurationError: error.mistakes.joined(separator: " ")
    case EngineError.unavailable(let text): text
    case EngineError.invalidInput(let text): text
    case EngineError.failed(let engine, let code, let message): "\(engine) failed (\(code)): \(message)"
    case EngineError.busy: "the engine is busy; try again in a moment."
    case EngineError.cancelled: "cancelled."
    case StorageError.full: "the disk is full, or STATE_DIR cannot be written; free some space."
    case StorageError.unusable(let text): text
    case StorageError.unreachable(let text): text
    case StorageError.failed(let code, let message): "storage failed (\(code)): \(message)"
    case let error as AudioFileError: "\(error)"
    case let error as RecordingError: error.message
    case TransportError.untrustedCertificate(let host, let reason):
        "the certificate of \(host) is not trusted (\(reason)); if it is yours, name its file with --cacert."
    case let error as TransportError: "\(error)"
    default: "\(error)"
    }
}
