/// The head of a request or response as parsed, before it is judged.
package struct HTTPMessageHead: Sendable {
    /// As `GET`; empty in a response.
    package var method = ""
    package var target = ""
    /// 0 in a request.
    package var status = 0
    package var major: UInt8 = 0
    package var minor: UInt8 = 0
    package var headers = HTTPHeaders()
    /// What the message's header says about the connection afterwards.
    package var keepsAlive = false

    /// Refuses what is ambiguous or not understood.
    /// - Throws: `HTTPError` with the status to answer.
    package func checkRequest() throws(HTTPError) {
        guard major == 1, minor <= 1 else {
            throw HTTPError(505, "Only HTTP/1.1 and HTTP/1.0 are spoken here.")
        }
        let hosts = headers.all("host")
        if hosts.count > 1 { throw HTTPError(400, "The request has more than one Host header.") }
        if hosts.isEmpty && minor == 1 { throw HTTPError(400, "The request has no Host header.") }
        let encodings = headers.all("transfer-encoding")
        let lengths = headers.all("content-length")
        if lengths.count > 1 { throw HTTPError(400, "The request has more than one Content-Length header.") }
        guard !encodings.isEmpty else { return }
        if !lengths.isEmpty {
            throw HTTPError(400, "The request has both Content-Length and Transfer-Encoding.")
        }
        if minor == 0 { throw HTTPError(400, "HTTP/1.0 has no Transfer-Encoding.") }
        guard encodings.count == 1, let only = encodings.first, ASCII.equal(ASCII.trim(only.utf8), "chunked".utf8)
        else {
            throw HTTPError(501, "The only Transfer-Encoding understood is chunked.")
        }
    }

    /// The announced length of the body; nil without (or with an unreadable) one.
    package var contentLength: Int? {
        headers.first("content-length").flatMap { Int($0) }
    }

    package var isChunked: Bool { headers.first("transfer-encoding") != nil }
}
