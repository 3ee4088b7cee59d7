/// Why a body is no form. `message` is a sentence for whoever wrote the client.
package enum MultipartError: Error, Equatable, Sendable {
    /// The content type is another one, or names no boundary.
    case notAForm
    /// The body ended before its last boundary.
    case cutOff
    case tooManyParts(limit: Int)
    /// The header of a part is too long.
    case headTooLong(limit: Int)
    case malformed(String)
    /// A field that is no file is too long.
    case fieldTooLong(name: String, limit: Int)
    /// A second file under the same name.
    case secondFile(name: String)

    package var message: String {
        switch self {
        case .notAForm:
            "The body must be a form: send it as multipart/form-data with its boundary, as `curl -F` does."
        case .cutOff: "The form breaks off before its end; send all of it."
        case .tooManyParts(let limit): "The form has more than \(limit) parts; send fewer."
        case .headTooLong(let limit): "The header of a part of the form is longer than \(limit) bytes."
        case .malformed(let reason): "The form is not well formed: \(reason)."
        case .fieldTooLong(let name, let limit): "The field “\(name)” is longer than \(limit) bytes."
        case .secondFile(let name): "There is more than one file “\(name)”; send one at a time."
        }
    }
}
