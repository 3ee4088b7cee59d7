import Transport

/// Serves the page's files, with headers that let them do only what the page needs.
struct PageDoor: Sendable {
    let root: String

    /// - Parameter path: relative to the page's folder.
    func serve(_ path: String, _ request: HTTPRequest, _ responder: HTTPResponder) async throws {
        try await responder.serveFile(root: root, path: path, headers: Self.headers)
    }

    private static let headers: HTTPHeaders = [
        "content-security-policy":
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
            + "media-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "permissions-policy": "microphone=(self)",
        "cache-control": "no-cache",
    ]
}
