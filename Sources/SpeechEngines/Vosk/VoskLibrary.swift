import Glibc
import VoicePipeline

/// The opened libvosk, and the functions of it that are called. It stays open until the process ends.
///
/// It catches its own exceptions where a model or a recognizer is made (nil) and where sound is taken (-1), and nowhere
/// else: whatever it gets has to be checked before.
/// - Source: the C interface of vosk-api 0.3.45, Apache-2.0.
public final class VoskLibrary: Sendable {
    typealias MakeModel = @convention(c) @Sendable (_ folder: UnsafePointer<CChar>?) -> OpaquePointer?
    typealias MakeRecognizer = @convention(c) @Sendable (_ model: OpaquePointer?, _ rate: Float) -> OpaquePointer?
    typealias Free = @convention(c) @Sendable (OpaquePointer?) -> Void
    /// 1 where it found the end of a sentence, whose result is to be fetched; 0 where not; -1 for a fault.
    typealias Accept =
        @convention(c) @Sendable (
            _ recognizer: OpaquePointer?, _ samples: UnsafePointer<Int16>?, _ count: Int32
        ) -> Int32
    /// JSON, which is the library's until the next call.
    typealias Result = @convention(c) @Sendable (_ recognizer: OpaquePointer?) -> UnsafePointer<CChar>?
    typealias Switch = @convention(c) @Sendable (_ recognizer: OpaquePointer?, _ on: Int32) -> Void
    private typealias SetLevel = @convention(c) @Sendable (_ level: Int32) -> Void

    let makeModel: MakeModel
    let freeModel: Free
    let makeRecognizer: MakeRecognizer
    let freeRecognizer: Free
    let setWords: Switch
    let accept: Accept
    let result: Result
    let partialResult: Result
    let finalResult: Result

    /// Opens the library. It says on standard error what is wrong with a model, and nothing else.
    /// - Throws: `.unavailable` when the file is missing, or is not libvosk for this machine.
    public init(path: String) throws(EngineError) {
        guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
            let reason = dlerror().map { String(cString: $0) } ?? path
            throw .unavailable("libvosk cannot be opened (\(reason)): run scripts/setup.sh --with vosk")
        }
        func function<Function>(_ name: String, as type: Function.Type) throws(EngineError) -> Function {
            guard let symbol = dlsym(handle, name) else {
                throw .unavailable("\(path) is not libvosk (it has no \(name)): run scripts/setup.sh --with vosk")
            }
            return unsafeBitCast(symbol, to: type)
        }
        makeModel = try function("vosk_model_new", as: MakeModel.self)
        freeModel = try function("vosk_model_free", as: Free.self)
        makeRecognizer = try function("vosk_recognizer_new", as: MakeRecognizer.self)
        freeRecognizer = try function("vosk_recognizer_free", as: Free.self)
        setWords = try function("vosk_recognizer_set_words", as: Switch.self)
        accept = try function("vosk_recognizer_accept_waveform_s", as: Accept.self)
        result = try function("vosk_recognizer_result", as: Result.self)
        partialResult = try function("vosk_recognizer_partial_result", as: Result.self)
        finalResult = try function("vosk_recognizer_final_result", as: Result.self)
        // Below 0: warnings and errors only.
        try function("vosk_set_log_level", as: SetLevel.self)(-1)
    }
}
