import VoiceBrain
import VoicePipeline

/// Everything that can be set. Read once, at the start; nothing else reads the environment.
public struct Configuration: Equatable, Sendable {
    public var host = "127.0.0.1"
    /// 0 takes a free port.
    public var port = 8000
    public var logLevel = Log.Level.info
    public var logFormat = LogLine.Format.text
    /// Whether what was said and answered is logged.
    public var logSpeech = false
    /// Time to load everything; after it the start is given up.
    public var startSeconds = 120
    /// An engine that computes one thing for so long is taken for stuck.
    public var stuckSeconds = 120
    /// Where notes, lists, timers and conversations are kept.
    public var stateDirectory = "var"
    /// The page's files.
    public var webRoot = "Web"
    public var modelsDirectory = ".deps/models"
    public var onnxRuntimeLibrary = ".deps/onnxruntime/libonnxruntime.so"
    /// Name of a folder in `modelsDirectory`, or the path of one elsewhere: a text with a slash.
    public var whisperModel = "whisper-tiny.en"
    /// Folder of a Vosk model; empty for none.
    public var voskModel = ""
    public var voskLibrary = ".deps/vosk/libvosk.so"
    /// Whether the Vosk model is the default: it is, unless a Whisper model was named besides.
    public var prefersVosk = false
    /// `int8` or `fp32`.
    public var whisperPrecision = WhisperPrecision.int8
    /// Name of a folder in `modelsDirectory`, or `espeak-ng`.
    public var voice = "piper-en_US-joe-medium"
    /// 80…400.
    public var wordsPerMinute = 175
    /// Whether a neural voice varies a little from time to time, as people do; without it a text always sounds the same.
    public var voiceVaries = true
    /// Speech that is kept for when its text comes again; a second of it takes 88 KB.
    public var phraseCacheMegabytes = 8
    /// Threads that ONNX Runtime shares among all models.
    public var threads = 2
    /// Where a language model answers; nil leaves the skills alone.
    public var chat: ChatEndpoint?
    /// Who may connect, and from where.
    public var security = Security()
    public var tls = TLS()
    /// What a client may use of the server.
    public var limits = Limits()
    public var storage = Storage()
    /// Recordings that programs send.
    public var transcription = Transcription()
    /// When a user has finished.
    public var turns = Turns()

    /// The precisions a converted model comes in.
    public enum WhisperPrecision: String, CaseIterable, Sendable { case int8, fp32 }

    public init() {}
}
