import VoicePipeline

/// The body of `/transcribe/base64`, and its recording on the disk.
/// - Source: transcription back-end document, section 2.8.
struct Base64Request: Sendable {
    var audio: SpooledFile
    var language: String?
    var task: RecognitionOptions.Task

    /// Takes a body apart. Not more than a few at a time are in memory.
    /// - Throws: `ServiceFailure` 422 that names the field.
    static func read(_ body: SpooledFile, spool: UploadSpool) async throws -> Base64Request {
        let json = try await body.read()
        let parsed = try await spool.offLoop { Result { () throws(ServiceFailure) in try parse(json) } }
        let posted = try parsed.get()
        let audio = try await spool.open()
        try await audio.append(posted.audio)
        return Base64Request(audio: audio, language: posted.language, task: posted.task)
    }

    private struct Posted: Sendable {
        var audio: [UInt8]
        var language: String?
        var task = RecognitionOptions.Task.transcribe
    }

    private static func parse(_ json: [UInt8]) throws(ServiceFailure) -> Posted {
        let fields = try JSONFields(json)
        guard let text = try fields.string("audio_base64") else {
            throw ServiceFailure.missing("audio_base64", "Field required: the recording, encoded in base64.")
        }
        guard let audio = Base64.decode(text.utf8) else {
            throw ServiceFailure.invalid("audio_base64", "This is not base64; encode the bytes of a recording.")
        }
        guard !audio.isEmpty else { throw ServiceFailure.emptyFile }
        var posted = Posted(audio: audio, language: try fields.string("language"))
        if let name = try fields.string("task") {
            guard let task = RecognitionOptions.Task(rawValue: name) else {
                throw ServiceFailure.invalid(
                    "task", "The task must be transcribe or translate, not “\(ShownText.short(name))”.")
            }
            posted.task = task
        }
        return posted
    }
}
