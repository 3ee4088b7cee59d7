import AudioCodecs
import SpeechEngines
import Storage
import Transport
import VoiceBrain
import VoicePipeline
import VoiceServer

/// The parts list: which engine, store and limit the configuration asks for. Nothing else builds them.
struct Assembly: Sendable {
    var engines: SessionEngines
    var limits: SessionLimits
    var sessions: SessionDirectory.Limits
    var http: HTTPServerConfiguration
    var brain: AssistantBrain
    var runtime: ONNXRuntime
    var detector: SileroVAD
    var stores: Stores

    /// Loads everything a server needs.
    /// - Parameters:
    ///   - keepsState: false keeps notes and conversations in memory only.
    ///   - metrics: where sessions, turns and the voice's pieces are counted.
    static func load(
        _ configuration: Configuration, root: InstallRoot, log: Log, keepsState: Bool = true,
        metrics: ServerMetrics = ServerMetrics()
    ) async throws -> Assembly {
        let runtime = try runtime(configuration, root: root, log: log)
        // The voice takes longest; everything else is loaded beside it.
        async let loadingVoice = voice(configuration, root: root, log: log, runtime: runtime, metrics: metrics)
        let detector = try detector(configuration, root: root, runtime: runtime)
        let recognizer = try await recognizer(configuration, root: root, runtime: runtime, detector: detector)
        let stores = try await Stores.open(configuration, root: root, log: log, keepsState: keepsState)
        let brain = AssistantBrain(
            clock: SystemWallClock(), store: stores.assistant, chat: try chat(configuration), log: log)
        let voice = try await loadingVoice
        var limits = SessionLimits()
        limits.utteranceSeconds = configuration.limits.utteranceSeconds
        limits.wordsPerMinute = configuration.wordsPerMinute
        limits.waitingTurns = configuration.limits.waitingTurns
        limits.handshake = .seconds(configuration.limits.handshakeSeconds)
        limits.audioSpeed = configuration.limits.audioSpeed
        limits.stillThere = .seconds(configuration.limits.stillThereSeconds)
        limits.endpointer = configuration.turns.endpointing
        limits.ahead = configuration.turns.ahead
        let engines = SessionEngines(
            recognizer: recognizer, language: try language(configuration, root: root), brain: brain, synthesizer: voice,
            resampler: SoxrResampler(),
            store: stores.conversations, detector: detector,
            turnDetector: try turnDetector(configuration, root: root, runtime: runtime), packets: OpusCodec(),
            metrics: metrics)
        return Assembly(
            engines: engines, limits: limits, sessions: sessions(configuration), http: http(configuration),
            brain: brain, runtime: runtime, detector: detector, stores: stores)
    }

    /// The network's part of the limits.
    static func http(_ configuration: Configuration) -> HTTPServerConfiguration {
        let limits = configuration.limits
        var http = HTTPServerConfiguration(host: configuration.host, port: configuration.port)
        http.maxConnections = limits.connections
        http.maxConnectionsPerAddress = limits.connectionsPerAddress
        http.maxHeaderBytes = limits.headerBytes
        http.maxBodyBytes = limits.bodyBytes
        http.maxBodyBytesOfPaths = SpeechDoors.bodyLimits(
            uploadBytes: configuration.transcription.uploadMegabytes << 20, otherBytes: limits.bodyBytes)
        http.maxWebSocketMessage = limits.messageBytes
        http.maxWebSocketQueue = limits.queueBytes
        http.sendHighWater = limits.queueBytes
        http.headerTimeout = .seconds(limits.headerSeconds)
        http.messageTimeout = .seconds(limits.messageSeconds)
        http.idleTimeout = .seconds(limits.idleSeconds)
        http.drainTimeout = .seconds(limits.drainSeconds)
        return http
    }

    /// The sessions' part of the limits.
    static func sessions(_ configuration: Configuration) -> SessionDirectory.Limits {
        var limits = SessionDirectory.Limits()
        limits.turnsPerMinute = configuration.limits.turnsPerMinute
        limits.turnsPerMinutePerAddress = configuration.limits.turnsPerMinutePerAddress
        limits.idle = .seconds(configuration.limits.sessionIdleSeconds)
        return limits
    }

    static func runtime(_ configuration: Configuration, root: InstallRoot, log: Log) throws -> ONNXRuntime {
        try ONNXRuntime(
            library: root.resolve(configuration.onnxRuntimeLibrary), threads: configuration.threads, log: log)
    }

    static func recognizer(
        _ configuration: Configuration, root: InstallRoot, log: Log
    ) async throws -> any SpeechRecognizer {
        let runtime = try runtime(configuration, root: root, log: log)
        let detector = try detector(configuration, root: root, runtime: runtime)
        return try await recognizer(configuration, root: root, runtime: runtime, detector: detector)
    }

    /// What transcribing a recording takes.
    static func transcribing(
        _ configuration: Configuration, root: InstallRoot, log: Log
    ) async throws -> (recognizer: any SpeechRecognizer, transcriber: RecordingTranscriber) {
        let runtime = try runtime(configuration, root: root, log: log)
        let detector = try detector(configuration, root: root, runtime: runtime)
        let recognizer = try await recognizer(configuration, root: root, runtime: runtime, detector: detector)
        return (recognizer, RecordingTranscriber(detector: detector))
    }

    private static func recognizer(
        _ configuration: Configuration, root: InstallRoot, runtime: ONNXRuntime, detector: SileroVAD
    ) async throws -> any SpeechRecognizer {
        let model = try standardModel(configuration, root: root).model
        return SpeechGate(try load(model, configuration, root: root, runtime: runtime), detector: detector)
    }

    /// What conversations are in: English, unless the default model does not know it.
    private static func language(_ configuration: Configuration, root: InstallRoot) throws -> String? {
        let known = try standardModel(configuration, root: root).model.languages
        return known.contains("en") ? "en" : nil
    }

    static func turnDetector(
        _ configuration: Configuration, root: InstallRoot, runtime: ONNXRuntime
    ) throws -> (any TurnDetector)? {
        switch configuration.turns.detector {
        case .none: return nil
        case .smartTurn:
            let model = root.resolve(configuration.modelsDirectory) + "/smart-turn/smart-turn-v3.2-cpu.onnx"
            guard InstallRoot.exists(model) else {
                throw EngineError.unavailable(
                    "\(model) is not there: run scripts/setup.sh --with smart-turn, or set TURN_DETECTOR=none")
            }
            return try SmartTurnDetector(runtime: runtime, model: model)
        }
    }

    private static func detector(
        _ configuration: Configuration, root: InstallRoot, runtime: ONNXRuntime
    ) throws -> SileroVAD {
        let models = root.resolve(configuration.modelsDirectory)
        return try SileroVAD(runtime: runtime, model: models + "/silero-vad/silero_vad_16k.onnx")
    }

    static func voice(
        _ configuration: Configuration, root: InstallRoot, log: Log, runtime: ONNXRuntime? = nil,
        metrics: ServerMetrics = ServerMetrics()
    ) async throws -> any SpeechSynthesizer {
        let espeak = try ESpeak()
        let robot = ESpeakSynthesizer(espeak)
        if configuration.voice == "espeak-ng" { return robot }
        let runtime = try runtime ?? Self.runtime(configuration, root: root, log: log)
        let folder = "\(root.resolve(configuration.modelsDirectory))/\(configuration.voice)"
        let piper = try await PiperSynthesizer(
            runtime: runtime, folder: folder, espeak: espeak, isDeterministic: !configuration.voiceVaries)
        let phrases = PhraseCache(piper, bytes: configuration.phraseCacheMegabytes << 20) {
            metrics.phrases.count($0.rawValue)
        }
        return FallbackSynthesizer(phrases, else: robot, log: log)
    }

    private static func chat(_ configuration: Configuration) throws -> (any ChatModel)? {
        try configuration.chat.map {
            ChatClient(endpoint: $0, http: try CurlHTTPClient(), quotesRefusals: configuration.logSpeech)
        }
    }
}
