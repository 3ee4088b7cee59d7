import VoicePipeline

extension Setting {
    /// Every setting, in the order in which `hotpin config` prints them. Names follow the source documents.
    static let all = general + security + tls + limits + storage + turns + transcription

    private static let general: [Setting] = [
        .text("SERVER_HOST", "address to listen on; 0.0.0.0 for the whole network", \.configuration.host)
            .also(["HOST"]),
        .number("SERVER_PORT", "port to listen on; 0 takes a free one", 0...65_535, \.configuration.port)
            .also(["PORT"]),
        .text("STATE_DIR", "folder for notes, timers and conversations", \.configuration.stateDirectory),
        .text("WEB_ROOT", "folder of the page", \.configuration.webRoot),
        .text("MODELS_DIR", "folder of the models", \.configuration.modelsDirectory),
        .text("ONNXRUNTIME_LIBRARY", "ONNX Runtime's shared library", \.configuration.onnxRuntimeLibrary),
        .text("WHISPER_MODEL", "model folder for recognition, or its path", \.configuration.whisperModel)
            .also(["MODEL_PATH", "MODEL_NAME"]),
        .text(
            "VOSK_MODEL_PATH", "folder of a Vosk model; it is the default unless WHISPER_MODEL is set, too",
            \.configuration.voskModel),
        .text("VOSK_LIBRARY", "libvosk, the shared library", \.configuration.voskLibrary),
        .choice(
            "WHISPER_PRECISION", "the model's numbers",
            Configuration.WhisperPrecision.allCases.map { ($0.rawValue, $0) }, \.configuration.whisperPrecision,
            show: \.rawValue),
        .text("VOICE", "voice folder, or espeak-ng", \.configuration.voice),
        .number("WORDS_PER_MINUTE", "speaking rate", 80...400, \.configuration.wordsPerMinute),
        .choice(
            "VOICE_VARIATION", "whether the voice varies from time to time", [("on", true), ("off", false)],
            \.configuration.voiceVaries, show: { $0 ? "on" : "off" }),
        .number(
            "PHRASE_CACHE_MB", "phrases that were spoken before are kept, megabytes; 0 keeps none", 0...1024,
            \.configuration.phraseCacheMegabytes),
        .number("THREADS", "threads that all models share", 1...64, \.configuration.threads)
            .also(["ONNX_INTRA_OP_NUM_THREADS", "ONNX_NUM_THREADS"]),
        .text("GROQ_API_KEY", "key for Groq's chat service", \.groqKey, isSecret: true),
        .text("GROQ_MODEL", "model at Groq; empty takes the default", \.groqModel),
        .text("LLM_BASE_URL", "any OpenAI-compatible chat service, such as http://127.0.0.1:11434/v1", \.chatBaseURL),
        .text("LLM_MODEL", "model at LLM_BASE_URL", \.chatModel),
        .text("LLM_API_KEY", "key for LLM_BASE_URL, if it wants one", \.chatKey, isSecret: true),
        .choice(
            "LOG_LEVEL", "least level that is logged", Log.Level.allCases.map { ($0.name, $0) },
            \.configuration.logLevel, show: \.name),
        .choice(
            "LOG_FORMAT", "form of the log", LogLine.Format.allCases.map { ($0.rawValue, $0) },
            \.configuration.logFormat, show: \.rawValue),
        .choice(
            "LOG_SPEECH", "whether what was said and answered is logged", [("on", true), ("off", false)],
            \.configuration.logSpeech, show: { $0 ? "on" : "off" }),
        .number("START_SECONDS", "time to load everything", 1...3600, \.configuration.startSeconds),
        .number(
            "STUCK_SECONDS", "an engine that computes one thing for so long is taken for stuck", 5...3600,
            \.configuration.stuckSeconds),
    ]
}
