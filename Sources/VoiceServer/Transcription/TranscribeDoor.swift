import Transport
import VoicePipeline

/// The transcription back-end document's API: `POST /transcribe`, `POST /transcribe/base64` and `GET /model/info`.
/// - Source: transcription back-end document, section 2.7.
struct TranscribeDoor: Sendable {
    let service: TranscriptionService
    /// What computes, for `/model/info`.
    let runtime: RecognitionRuntime
    let log: Log

    func transcribe(_ request: HTTPRequest, _ responder: HTTPResponder, _ visitor: Visitor) async throws {
        let upload = try await UploadReader(spool: service.spool).read(request, fileField: "audio_file")
        let model = try await service.model(nil)
        let options = try TranscribeOptions(
            query: { request.query($0) }, form: { upload.field($0) }, languages: model.languages)
        var asked = TranscriptionRequest()
        asked.language = options.language
        asked.timing = .none
        try await answer(upload.file, options, asked, responder, visitor)
    }

    func transcribeBase64(_ request: HTTPRequest, _ responder: HTTPResponder, _ visitor: Visitor) async throws {
        let body = try await service.spool.open()
        for try await piece in request.body { try await body.append(piece) }
        let posted = try await Base64Request.read(body, spool: service.spool)
        let model = try await service.model(nil)
        var options = try TranscribeOptions(
            query: { _ in nil }, form: { $0 == "language" ? posted.language : nil }, languages: model.languages)
        // The document's function has neither of them for this address; its defaults hold.
        options.normalizes = true
        options.trimsSilence = true
        var asked = TranscriptionRequest()
        asked.language = options.language
        asked.task = posted.task
        asked.timing = .none
        guard asked.task == .transcribe || model.canTranslate else {
            throw ServiceFailure.invalid(
                "task", "The model \(model.name) cannot translate; take a multilingual one, such as whisper-base.")
        }
        try await answer(posted.audio, options, asked, responder, visitor)
    }

    func modelInfo(_ responder: HTTPResponder) async throws {
        let model = try await service.model(nil)
        var text = JSONText()
        text.add("model_name", model.name)
        text.add("model_path", model.path)
        text.add("sample_rate", 16_000)
        text.add("onnx_runtime_version", runtime.version)
        text.add("num_threads", runtime.threads)
        try await responder.respond(200, json: text.text)
    }

    private func answer(
        _ file: SpooledFile, _ options: TranscribeOptions, _ asked: TranscriptionRequest, _ responder: HTTPResponder,
        _ visitor: Visitor
    ) async throws {
        await responder.endWithPeer()
        let arrived = ContinuousClock.now
        let reply = try await service.open(file, model: nil, for: visitor) { opened in
            let waited = arrived.duration(to: .now).seconds
            let recording = try await prepared(opened.recording, options)
            let transcription = try await service.transcribe(recording, with: opened, asked)
            return TranscribeReply(
                transcription: transcription, total: arrived.duration(to: .now).seconds, waited: waited,
                timestamp: service.clock.now())
        }
        log.debug(
            "transcribed",
            ["seconds": .double(reply.transcription.duration), "took": .double((reply.total * 1000).rounded() / 1000)])
        try await responder.respond(200, json: reply.json, headers: ["cache-control": "no-store"])
    }

    /// A recording trimmed and brought to its level, within the limit.
    private func prepared(_ recording: any AudioSource, _ options: TranscribeOptions) async throws -> any AudioSource {
        let limit = service.limits.shortSeconds
        // As in the document, what is trimmed does not count; but only so much is kept in memory.
        let most = min(limit + (options.trimsSilence ? Self.trimmable : 0), Self.preparable)
        var samples: [Float] = []
        while let piece = try await recording.read() {
            samples += piece
            // A resampled recording may be a few samples longer than it was.
            guard samples.count > most * 16_000 + 160 else { continue }
            guard samples.count <= limit * 16_000 + 160 else {
                throw Self.tooLong(max(Self.seconds(samples), recording.promisedDuration ?? 0), limit: limit)
            }
            // Beyond that it is taken as it is.
            return LimitedRecording(BegunRecording(samples, rest: recording), seconds: Double(limit)) {
                Self.tooLong($0, limit: limit)
            }
        }
        let whole = samples
        let prepared = try await service.spool.offLoop {
            PreparedRecording(whole, trimsSilence: options.trimsSilence, normalizes: options.normalizes).samples
        }
        guard Self.seconds(prepared) <= Double(limit) + 0.01 else {
            throw Self.tooLong(Self.seconds(prepared), limit: limit)
        }
        return MemoryRecording(prepared)
    }

    private static func seconds(_ samples: [Float]) -> Double { Double(samples.count) / 16_000 }

    /// Seconds of silence that are looked for at the ends of a recording that is too long.
    private static let trimmable = 30
    /// Seconds of a recording that is prepared as a whole.
    private static let preparable = 150

    /// The document's sentence, and a second one for whom it does not help.
    private static func tooLong(_ seconds: Double, limit: Int) -> ServiceFailure {
        let tenths = Int((min(seconds, 1e6) * 10).rounded())
        return ServiceFailure(
            400,
            "Audio too long (\(tenths / 10).\(tenths % 10)s > \(limit)s). Use /stream endpoint for longer audio. "
                + "Whole files of any length go to /v1/audio/transcriptions.", code: "too_long")
    }
}

/// What computes the models.
public struct RecognitionRuntime: Sendable {
    /// Of ONNX Runtime, such as `1.31.1`.
    var version: String
    var threads: Int

    public init(version: String, threads: Int) {
        self.version = version
        self.threads = threads
    }
}
