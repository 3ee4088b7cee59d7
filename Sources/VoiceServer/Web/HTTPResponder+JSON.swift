import FoundationEssentials
import Transport

extension HTTPResponder {
    /// Answers with a JSON text.
    func respond(_ status: Int, json: String, headers: HTTPHeaders = [:]) async throws {
        var headers = headers
        headers.set("content-type", "application/json")
        try await respond(status, headers: headers, body: Array(json.utf8))
    }

    /// Answers with `{"error":{"message":…}}`.
    func respond(_ status: Int, error message: String, headers: HTTPHeaders = [:]) async throws {
        let body = (try? JSONEncoder().encode(["error": ["message": message]])) ?? Data()
        try await respond(status, json: String(decoding: body, as: UTF8.self), headers: headers)
    }
}
