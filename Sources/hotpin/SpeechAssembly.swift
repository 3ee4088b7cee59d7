import AudioCodecs
import Glibc
import SpeechEngines
import Transport
import VoicePipeline
import VoiceServer

/// The parts of the doors for programs: transcription and speech.
extension Assembly {
    /// - Parameters:
    ///   - metrics: where recordings are counted.
    ///   - authenticator: asked at every door.
    func programDoors(
        _ configuration: Configuration, root: InstallRoot, metrics: ServerMetrics, authenticator: Authenticator,
        log: Log
    ) throws -> (speech: SpeechDoors, live: LiveDoor) {
        let settings = configuration.transcription
        let queue = TranscriptionQueue(limit: settings.atOnce, capacity: settings.waiting)
        var limits = TranscriptionService.Limits()
        limits.shortSeconds = settings.shortSeconds
        limits.longSeconds = settings.recordingSeconds
        limits.uploadBytes = settings.uploadMegabytes << 20
        let models = try shelf(configuration, root: root)
        let service = TranscriptionService(
            models: models, reader: try SoundFileReader(),
            transcriber: RecordingTranscriber(detector: detector), queue: queue,
            spool: try UploadSpool(
                folder: root.resolve(configuration.stateDirectory), capacity: settings.spoolMegabytes << 20),
            limits: limits, metrics: TranscriptionMetrics(metrics.registry, queue: queue), clock: SystemWallClock())
        let speech = SpeechService(
            voice: engines.synthesizer, resampler: engines.resampler, encoder: SpeechFileEncoder(),
            queue: TranscriptionQueue(limit: Self.textsAtOnce, capacity: settings.waiting),
            wordsPerMinute: configuration.wordsPerMinute)
        let live = LiveDoor(
            models: models,
            transcriber: LiveTranscriber(detector: detector, settings: configuration.turns.endpointing),
            packets: engines.packets, resampler: engines.resampler, authenticator: authenticator,
            handshake: .seconds(configuration.limits.handshakeSeconds), log: log)
        let doors = SpeechDoors(
            service: service, speech: speech,
            runtime: RecognitionRuntime(version: runtime.version, threads: configuration.threads),
            authenticator: authenticator, log: log)
        return (doors, live)
    }

    /// Texts that are spoken at once; a client that plays while it reads keeps its place as long as the speech lasts.
    private static let textsAtOnce = 16

    private func shelf(_ configuration: Configuration, root: InstallRoot) throws -> RecognitionShelf {
        let precision = Self.precision(configuration)
        let models = root.resolve(configuration.modelsDirectory)
        let vosk = configuration.voskModel.isEmpty ? nil : root.resolve(configuration.voskModel)
        let (runtime, detector) = (runtime, detector)
        let standard = try Self.standardModel(configuration, root: root)
        return try RecognitionShelf(
            standard: standard, engines.recognizer, budget: configuration.transcription.modelMegabytes << 20,
            scan: {
                RecognitionFolder.all(in: models, precision)
                    + [vosk.flatMap { RecognitionFolder.find($0, precision) }].compactMap { $0 }
            },
            load: { model throws(EngineError) in
                SpeechGate(try Self.load(model, configuration, root: root, runtime: runtime), detector: detector)
            })
    }

    /// The model that is loaded at the start.
    static func standardModel(_ configuration: Configuration, root: InstallRoot) throws -> RecognitionShelf.Found {
        let precision = precision(configuration)
        if configuration.prefersVosk {
            let folder = VoskFolder(root.resolve(configuration.voskModel))
            try folder.check()
            return RecognitionFolder.vosk(folder)
        }
        let folder = whisperFolder(configuration, root: root)
        // Where nothing is found, loading it as Whisper says what is missing.
        return RecognitionFolder.find(folder, precision)
            ?? RecognitionShelf.Found(
                RecognitionModel(
                    name: configuration.whisperModel, engine: RecognitionFolder.Engine.whisper.rawValue, path: folder),
                bytes: 0)
    }

    /// Loads any model; takes up to some seconds.
    static func load(
        _ model: RecognitionModel, _ configuration: Configuration, root: InstallRoot, runtime: ONNXRuntime
    ) throws(EngineError) -> any SpeechRecognizer {
        let capacity = waitingWork(configuration)
        switch RecognitionFolder.Engine(rawValue: model.engine) {
        case .moonshine: return try MoonshineRecognizer(runtime: runtime, folder: model.path, capacity: capacity)
        case .vosk:
            return try VoskRecognizer(
                library: root.resolve(configuration.voskLibrary), folder: VoskFolder(model.path),
                threads: configuration.threads, capacity: capacity)
        case .whisper, nil:
            return try WhisperRecognizer(
                runtime: runtime, folder: model.path, precision: precision(configuration), capacity: capacity)
        }
    }

    static func precision(_ configuration: Configuration) -> WhisperPrecision {
        configuration.whisperPrecision == .int8 ? .int8 : .fp32
    }

    /// Where the default model is.
    static func whisperFolder(_ configuration: Configuration, root: InstallRoot) -> String {
        let name = configuration.whisperModel
        // A path, as the transcription document's MODEL_PATH gives it.
        return name.contains("/") ? root.resolve(name) : "\(root.resolve(configuration.modelsDirectory))/\(name)"
    }

    /// Pieces of recognition that may wait for one model: one of each recording, and those of the conversations.
    static func waitingWork(_ configuration: Configuration) -> Int { configuration.transcription.atOnce + 8 }
}

/// Finds installed models.
enum RecognitionFolder {
    /// What computes a model; the raw value is what `RecognitionModel.engine` says.
    enum Engine: String {
        case whisper, moonshine, vosk
    }

    /// All that are in the folders of a folder.
    static func all(in folder: String, _ precision: WhisperPrecision) -> [RecognitionShelf.Found] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var found: [RecognitionShelf.Found] = []
        while let entry = readdir(stream), found.count < 256 {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard !name.hasPrefix("."), let model = find("\(folder)/\(name)", precision) else { continue }
            found.append(model)
        }
        return found
    }

    /// - Returns: nil for a folder without a model that can be loaded.
    static func find(_ folder: String, _ precision: WhisperPrecision) -> RecognitionShelf.Found? {
        if let found = whisper(folder, precision) ?? moonshine(folder) { return found }
        let folder = VoskFolder(folder)
        return folder.looksLikeOne ? vosk(folder) : nil
    }

    static func vosk(_ folder: VoskFolder) -> RecognitionShelf.Found {
        let model = RecognitionModel(
            name: folder.name, engine: Engine.vosk.rawValue, path: folder.path,
            languages: folder.language.map { [$0] } ?? [], created: folder.created)
        return RecognitionShelf.Found(model, bytes: folder.bytes)
    }

    private static func moonshine(_ folder: String) -> RecognitionShelf.Found? {
        var status = stat()
        var bytes = 0
        for file in MoonshineRecognizer.files {
            guard stat("\(folder)/\(file)", &status) == 0 else { return nil }
            bytes += Int(status.st_size)
        }
        let model = RecognitionModel(
            name: String(folder.split(separator: "/").last ?? ""), engine: Engine.moonshine.rawValue, path: folder,
            created: Int(status.st_mtim.tv_sec))
        return RecognitionShelf.Found(model, bytes: bytes)
    }

    private static func whisper(_ folder: String, _ precision: WhisperPrecision) -> RecognitionShelf.Found? {
        guard let model = try? WhisperRecognizer.describe(folder: folder) else { return nil }
        var status = stat()
        var bytes = 0
        for part in ["encoder", "decoder"] {
            guard stat("\(folder)/\(precision.fileName(part))", &status) == 0 else { return nil }
            bytes += Int(status.st_size)
        }
        return RecognitionShelf.Found(model, bytes: bytes)
    }
}
