extension HTTPResponder {
    /// Answers GET and HEAD with a file below a directory: type by name, ETag and If-None-Match, one Range.
    ///
    /// Symbolic links below the directory are not followed. Reading happens on worker threads.
    /// - Parameters:
    ///   - root: the directory.
    ///   - path: begins with `/`, as `HTTPRequest.path`; a directory stands for the `index.html` in it.
    ///   - headers: sent too, as Cache-Control (`no-cache` unless given) or Content-Security-Policy.
    /// - Throws: `HTTPError` 404 when there is no such file, 405 for another method; `TransportError`.
    public func serveFile(root: String, path: String, headers: HTTPHeaders = [:]) async throws {
        guard request.method == "GET" || request.method == "HEAD" else {
            try await respond(
                405, headers: ["Allow": "GET, HEAD", "Content-Type": "application/json"],
                body: HTTPError(405, "Only GET and HEAD are answered here.").json)
            return
        }
        let loop = connection.loop
        guard let file = try await loop.offload({ OpenedFile.open(root: root, path: path) }) else {
            throw HTTPError(404, "There is nothing at \(path).")
        }
        var headers = headers
        if headers.first("cache-control") == nil { headers.append("Cache-Control", "no-cache") }
        headers.append("ETag", file.entityTag)
        if matches(file.entityTag) {
            try await respond(304, headers: headers)
            return
        }
        if headers.first("content-type") == nil {
            headers.append("Content-Type", MediaType.of(path.hasSuffix("/") ? path + "index.html" : path))
        }
        headers.append("X-Content-Type-Options", "nosniff")
        headers.append("Accept-Ranges", "bytes")
        switch range(of: file) {
        case .whole:
            try await send(file, 0..<file.size, 200, headers)
        case .part(let part):
            headers.append("Content-Range", "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(file.size)")
            try await send(file, part, 206, headers)
        case .unsatisfiable:
            headers.set("Content-Type", "application/json")
            headers.append("Content-Range", "bytes */\(file.size)")
            try await respond(
                416, headers: headers, body: HTTPError(416, "The file has \(file.size) bytes.").json)
        }
    }

    private func matches(_ tag: String) -> Bool {
        request.headers.all("if-none-match").contains { value in
            value.split(separator: ",").contains { candidate in
                let trimmed = ASCII.trim(candidate.utf8)
                let strong = trimmed.starts(with: "W/".utf8) ? trimmed.dropFirst(2) : trimmed
                return strong.elementsEqual("*".utf8) || strong.elementsEqual(tag.utf8)
            }
        }
    }

    private func range(of file: OpenedFile) -> ByteRange {
        // A range of an older version is of no use.
        if let condition = request.headers.first("if-range"), condition != file.entityTag { return .whole }
        return ByteRange(request.headers.first("range"), size: file.size)
    }

    private func send(_ file: OpenedFile, _ range: Range<Int>, _ status: Int, _ headers: HTTPHeaders) async throws {
        var headers = headers
        headers.set("Content-Length", String(range.count))
        let loop = connection.loop
        let isHead = request.method == "HEAD"
        try await stream(status, headers: headers) { writer in
            var offset = range.lowerBound
            while offset < range.upperBound, !isHead {
                let (start, count) = (offset, min(65_536, range.upperBound - offset))
                try await writer.write(try await loop.offload { try file.read(at: start, count: count) })
                offset += count
            }
        }
    }
}
