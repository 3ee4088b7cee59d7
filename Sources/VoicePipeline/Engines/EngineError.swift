/// Why a speech engine could not do its work.
public enum EngineError: Error, Equatable, Sendable {
    /// The engine cannot be used on this machine; the text says what is missing and how to mend it.
    case unavailable(String)
    /// The caller's input is outside the documented range.
    case invalidInput(String)
    /// The library behind the engine reported an error.
    /// - Parameters: the engine's name, the library's code, and its message.
    case failed(engine: String, code: Int32, message: String)
    /// The engine's queue is full.
    case busy
    /// The task that asked was cancelled; nothing of the result is kept.
    case cancelled
}
