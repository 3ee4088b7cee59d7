import VoicePipeline

/// Everything that can be set. Read once, at the start; nothing else reads the environment.
public struct Configuration: Equatable, Sendable {
    public var host = "127.0.0.1"
    /// 0 takes a free port.
    public var port = 8000
    public var logLevel = Log.Level.info
    public var logFormat = LogLine.Format.text
    /// Where notes, lists, timers and conversations are kept.
    public var stateDirectory = "var"
    /// The page's files.
    public var webRoot = "Web"
    public var modelsDirectory = ".deps/models"
    public var onnxRuntimeLibrary = ".deps/onnxruntime/libonnxruntime.so"
    /// Name of a folder in `modelsDirectory`.
    public var whisperModel = "whisper-tiny.en"
    /// `int8` or `fp32`.
    public var whisperPrecision = WhisperPrecision.int8
    /// Name of a folder in `modelsDirectory`, or `espeak-ng`.
    public var voice = "piper-en_US-joe-medium"
    /// 80…400.
    public var wordsPerMinute = 175
    /// Threads that ONNX Runtime shares among all models.
    public var threads = 2
    public var maximumUtteranceSeconds = 30
    public var maximumConnections = 1024
    public var chat: ChatConfiguration?

    /// The precisions a converted model comes in.
    public enum WhisperPrecision: String, CaseIterable, Sendable { case int8, fp32 }

    public init() {}
}

/// Where a language model answers.
public struct ChatConfiguration: Equatable, Sendable {
    public var baseURL: String
    public var model: String
    /// Never printed, never logged.
    public var key: String?

    public init(baseURL: String, model: String, key: String?) {
        self.baseURL = baseURL
        self.model = model
        self.key = key
    }
}
