/// How an error is written, which each of the APIs does in its own way.
enum ErrorShape: Sendable {
    /// `{"error":{"message":…}}`
    case plain
    /// `{"detail":…}`, as FastAPI has it; what is wrong with a field is a list.
    /// - Source: transcription back-end document, section 2.7.
    case document
    /// `{"error":{"message","type","param","code"}}`
    /// - Source: OpenAI's API reference, errors.
    case openAI

    static func of(path: String) -> ErrorShape {
        if path == "/v1" || path.hasPrefix("/v1/") { return .openAI }
        if path == "/transcribe" || path.hasPrefix("/transcribe/") || path == "/model/info" { return .document }
        return .plain
    }

    /// The status of the answer: OpenAI knows no 422.
    func status(_ failure: ServiceFailure) -> Int {
        self == .document || failure.status != 422 ? failure.status : 400
    }

    /// The answer's JSON.
    func body(_ failure: ServiceFailure) -> String {
        switch self {
        case .plain:
            var error = JSONText()
            error.add("message", failure.message)
            return JSONText(["error": error.text]).text
        case .document: return document(failure)
        case .openAI: return openAI(failure)
        }
    }

    private func document(_ failure: ServiceFailure) -> String {
        guard let field = failure.field else {
            var body = JSONText()
            body.add("detail", failure.message)
            return body.text
        }
        var item = JSONText()
        item.add("type", field.type)
        item.add("loc", json: "[\(JSONText.quoted(field.place)),\(JSONText.quoted(field.name))]")
        item.add("msg", failure.message)
        return JSONText(["detail": "[\(item.text)]"]).text
    }

    private func openAI(_ failure: ServiceFailure) -> String {
        var error = JSONText()
        error.add("message", failure.message)
        let type =
            switch failure.status {
            case 401: "authentication_error"
            case 403: "permission_error"
            case 429: "rate_limit_error"
            case 500...: "server_error"
            default: "invalid_request_error"
            }
        error.add("type", type)
        error.add("param", json: failure.field.map { JSONText.quoted($0.name) } ?? "null")
        error.add("code", json: failure.code.map(JSONText.quoted) ?? "null")
        return JSONText(["error": error.text]).text
    }
}
