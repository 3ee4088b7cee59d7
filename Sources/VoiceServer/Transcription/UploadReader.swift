import Transport
import VoicePipeline

/// A form that was read: its file is on the disk.
struct Upload: Sendable {
    var form: UploadForm
    var file: SpooledFile

    /// The last value of a field; nil without one.
    func field(_ name: String) -> String? { form.fields.last { $0.name == name }?.value }

    /// All values of a field.
    func fields(_ name: String) -> [String] { form.fields.filter { $0.name == name }.map(\.value) }
}

/// Reads forms with one file from requests.
struct UploadReader: Sendable {
    let spool: UploadSpool

    /// - Parameter fileField: the name of the file's field.
    /// - Throws: `ServiceFailure` when it is missing; `MultipartError`; what the body throws.
    func read(_ request: HTTPRequest, fileField: String) async throws -> Upload {
        let missing = ServiceFailure.missing(
            fileField, "Field required: send the recording as the file “\(fileField)” of a multipart/form-data form.")
        guard let type = request.headers.first("content-type"), HeaderValue(type)?.value == "multipart/form-data" else {
            // What was sent instead is read over by the connection.
            throw missing
        }
        var reader = try MultipartReader(contentType: type)
        var form = UploadForm(fileField: fileField)
        let file = try await spool.open()
        for try await piece in request.body {
            reader.add(piece)
            while let event = try reader.next() {
                if let bytes = try form.take(event) { try await file.append(bytes) }
            }
        }
        try reader.finish()
        guard form.file != nil else { throw missing }
        return Upload(form: form, file: file)
    }
}
