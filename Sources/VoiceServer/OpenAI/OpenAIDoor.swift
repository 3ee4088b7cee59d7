import Transport
import VoicePipeline

/// The part of OpenAI's API that is about audio: `/v1/audio/transcriptions`, `/v1/audio/translations`, `/v1/audio/speech`
/// and `/v1/models`.
/// - Source: OpenAI's API reference, audio and models.
struct OpenAIDoor: Sendable {
    let service: TranscriptionService
    let speech: SpeechService

    // MARK: Transcriptions

    func transcribe(
        _ task: RecognitionOptions.Task, _ request: HTTPRequest, _ responder: HTTPResponder, _ visitor: Visitor
    ) async throws {
        let upload = try await UploadReader(spool: service.spool).read(request, fileField: "file")
        let model = try await model(upload.field("model"))
        let options = try TranscriptionOptions(
            task: task, field: { upload.field($0) }, fields: { upload.fields($0) }, model: model)
        await responder.endWithPeer()
        let whole: Transcription? = try await service.open(upload.file, model: model.name, for: visitor) { opened in
            let recording = limited(opened.recording)
            guard options.streams else {
                return try await service.transcribe(recording, with: opened, options.request)
            }
            try await stream(recording, opened, options, responder)
            return nil
        }
        // Out here, so that a client that reads slowly keeps nobody from working.
        guard let whole else { return }
        try await responder.respond(
            200, headers: ["content-type": options.format.contentType, "cache-control": "no-store"],
            body: Array(options.write(whole).utf8))
    }

    /// Server-sent events: the words as they are found, then all of them.
    private func stream(
        _ recording: any AudioSource, _ opened: TranscriptionService.Opened, _ options: TranscriptionOptions,
        _ responder: HTTPResponder
    ) async throws {
        // What is wrong with a recording mostly shows at its beginning, where an answer can still be an error.
        let first = try await recording.read()
        let begun = first.map { BegunRecording($0, rest: recording) } ?? BegunRecording([])
        try await responder.stream(
            200, headers: ["content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store"]
        ) { writer in
            var isFirst = true
            do {
                let transcription = try await service.transcribe(begun, with: opened, options.request) { event in
                    guard case .segment(let segment) = event else { return }
                    try await writer.write(TranscriptEvent.delta((isFirst ? "" : " ") + segment.text))
                    isFirst = false
                }
                try await writer.write(TranscriptEvent.done(transcription))
            } catch {
                guard let failure = ServiceFailure(error) else { throw error }
                try await writer.write(TranscriptEvent.error(failure))
            }
        }
    }

    private func limited(_ recording: any AudioSource) -> any AudioSource {
        let limit = service.limits.longSeconds
        return LimitedRecording(recording, seconds: Double(limit)) { _ in
            ServiceFailure(
                400, "The recording is longer than \(limit) s, which is the most that this server takes; cut it.",
                code: "too_long")
        }
    }

    // MARK: Models

    func models(_ responder: HTTPResponder) async throws {
        let items = await allModels().map { Self.json($0.id, created: $0.created) }
        try await responder.respond(
            200, json: JSONText(["object": #""list""#, "data": JSONText.list(items)]).text)
    }

    func model(_ id: String, _ responder: HTTPResponder) async throws {
        let all = await allModels()
        let created =
            all.first { $0.id == id }?.created
            ?? (DefaultModel.names.contains(id) ? all.first?.created : nil)
        guard let created else { throw Self.noModel(id, all.map(\.id)) }
        try await responder.respond(200, json: Self.json(id, created: created))
    }

    private func allModels() async -> [(id: String, created: Int)] {
        await service.models.list().map { ($0.name, $0.created) } + [(speech.voice.name, 0)]
    }

    private static func json(_ id: String, created: Int) -> String {
        var text = JSONText()
        text.add("id", id)
        text.add("object", "model")
        text.add("created", created)
        text.add("owned_by", "hotpin")
        return text.text
    }

    /// - Parameter name: nil, empty and OpenAI's own names mean the default.
    private func model(_ name: String?) async throws -> RecognitionModel {
        guard let name, !name.isEmpty, !DefaultModel.recognition.contains(name) else {
            return try await service.model(nil)
        }
        let all = await service.models.list()
        guard let found = all.first(where: { $0.name == name }) else { throw Self.noModel(name, all.map(\.name)) }
        return found
    }

    private static func noModel(_ name: String, _ known: [String]) -> ServiceFailure {
        var failure = ServiceFailure(
            404,
            "The model “\(ShownText.short(name))” does not exist here; there are: \(known.joined(separator: ", ")).",
            code: "model_not_found")
        failure.field = ServiceFailure.Field(place: "body", name: "model", type: "value_error")
        return failure
    }
}

/// OpenAI's names of models, which programs send without knowing this server; they mean the defaults.
enum DefaultModel {
    static let recognition: Set<String> = ["whisper-1"]
    static let speech: Set<String> = ["tts-1", "tts-1-hd"]
    static var names: Set<String> { recognition.union(speech) }
}
