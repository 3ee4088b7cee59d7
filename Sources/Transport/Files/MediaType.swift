/// The media types of files by their names.
package enum MediaType {
    /// - Returns: `application/octet-stream` for an unknown ending.
    package static func of(_ path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: ".") else { return "application/octet-stream" }
        return byEnding[name[name.index(after: dot)...].lowercased()] ?? "application/octet-stream"
    }

    private static let byEnding = [
        "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8",
        "js": "text/javascript; charset=utf-8", "mjs": "text/javascript; charset=utf-8",
        "json": "application/json", "map": "application/json", "webmanifest": "application/manifest+json",
        "txt": "text/plain; charset=utf-8", "md": "text/markdown; charset=utf-8", "xml": "application/xml",
        "svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif",
        "webp": "image/webp", "ico": "image/x-icon", "wav": "audio/wav", "mp3": "audio/mpeg", "ogg": "audio/ogg",
        "opus": "audio/ogg", "flac": "audio/flac", "webm": "audio/webm", "mp4": "video/mp4", "m4a": "audio/mp4",
        "woff": "font/woff", "woff2": "font/woff2", "wasm": "application/wasm", "pdf": "application/pdf",
        "bin": "application/octet-stream", "onnx": "application/octet-stream",
    ]
}
