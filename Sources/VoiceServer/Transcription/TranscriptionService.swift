import Transport
import VoicePipeline

/// What the doors of transcription share: the models, the reading of recordings, and the order in which they go.
public struct TranscriptionService: Sendable {
    /// What a request may ask of the service.
    public struct Limits: Sendable {
        /// Longest recording of the document's API, seconds.
        public var shortSeconds = 30
        /// Longest recording of all, seconds.
        public var longSeconds = 14_400
        /// One upload, bytes.
        public var uploadBytes = 1 << 30

        public init() {}
    }

    let models: any RecognitionModels
    let reader: any RecordingReader
    let transcriber: RecordingTranscriber
    let queue: TranscriptionQueue
    let spool: UploadSpool
    let limits: Limits
    let metrics: TranscriptionMetrics
    let clock: any WallClock

    public init(
        models: any RecognitionModels, reader: any RecordingReader, transcriber: RecordingTranscriber,
        queue: TranscriptionQueue, spool: UploadSpool, limits: Limits = Limits(), metrics: TranscriptionMetrics,
        clock: any WallClock
    ) {
        self.models = models
        self.reader = reader
        self.transcriber = transcriber
        self.queue = queue
        self.spool = spool
        self.limits = limits
        self.metrics = metrics
        self.clock = clock
    }

    /// A recording whose turn it is.
    struct Opened: Sendable {
        let recording: any AudioSource
        let recognizer: any SpeechRecognizer
        let priority: EnginePriority
    }

    /// Uploads up to this size go before longer ones: about a minute of plain samples, or some minutes of compressed sound.
    private static let shortBytes = 2 << 20
    /// Longer ones leave the model's thread to others between two windows.
    private static let shortSeconds = 20.0

    /// Waits for a recording's turn, opens it, and calls with it; then its file is gone.
    /// - Parameters:
    ///   - file: whole.
    ///   - model: nil for the default.
    ///   - visitor: who sent it.
    func open<Value>(
        _ file: SpooledFile, model: String?, for visitor: Visitor, _ body: (Opened) async throws -> Value
    ) async throws -> Value {
        guard file.count > 0 else { throw ServiceFailure.emptyFile }
        try await file.flush()
        let request = TranscriptionSchedule.Request(client: visitor.client, isLong: file.count > Self.shortBytes)
        return try await metrics.measured {
            try await queue.withTurn(request) {
                let recording = try await reader.open(file.path)
                let recognizer = try await models.recognizer(model)
                let isShort = recording.promisedDuration.map { $0 <= Self.shortSeconds } ?? !request.isLong
                return try await body(
                    Opened(recording: recording, recognizer: recognizer, priority: isShort ? .request : .background))
            }
        }
    }

    /// Transcribes an opened recording.
    func transcribe(
        _ recording: any AudioSource, with opened: Opened, _ request: TranscriptionRequest,
        report: (TranscriptionEvent) async throws -> Void = { _ in }
    ) async throws -> Transcription {
        var request = request
        request.priority = opened.priority
        let transcription = try await transcriber.transcribe(
            recording, with: opened.recognizer, request, report: report)
        metrics.heard(transcription)
        return transcription
    }

    /// What is known of the model that a request names.
    /// - Parameter name: nil for the default.
    /// - Throws: `.invalidInput` with the names of those that are there.
    func model(_ name: String?) async throws(EngineError) -> RecognitionModel {
        let all = await models.list()
        guard let name else {
            guard let first = all.first else { throw .unavailable("There is no model: run scripts/setup.sh.") }
            return first
        }
        if let found = all.first(where: { $0.name == name }) { return found }
        throw .invalidInput(
            "There is no model “\(ShownText.short(name))”; there are: \(all.map(\.name).joined(separator: ", ")).")
    }
}

extension ServiceFailure {
    static let emptyFile = ServiceFailure(
        400, "The file is empty; send a recording as WAV, FLAC, MP3, Ogg or AIFF.", code: "empty_recording")
}

extension Visitor {
    /// Whose turn it is when clients take turns: the holder of a key, or an address.
    var client: String { admission?.identity.scope ?? address }
}
