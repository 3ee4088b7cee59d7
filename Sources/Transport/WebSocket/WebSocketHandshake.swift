/// The keys of the opening handshake (RFC 6455, 4).
enum WebSocketHandshake {
    /// The server's answer to a key.
    static func accept(_ key: String) -> String {
        base64(Digest.sha1(Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)))
    }

    /// A client's key: 16 random bytes in base 64.
    static func newKey() -> String {
        base64(randomBytes(16))
    }

    /// Whether a request may become a WebSocket.
    /// - Throws: `HTTPError` 400, or 426 for another version.
    static func check(_ head: HTTPMessageHead) throws(HTTPError) -> String {
        guard head.method == "GET", head.minor == 1 else {
            throw HTTPError(400, "A WebSocket begins with a GET request of HTTP/1.1.")
        }
        guard head.headers.lists("websocket", in: "upgrade"), head.headers.lists("upgrade", in: "connection") else {
            throw HTTPError(426, "Open a WebSocket here: send Upgrade: websocket and Connection: Upgrade.")
        }
        guard head.headers.first("sec-websocket-version") == "13" else {
            throw HTTPError(426, "Only version 13 of the WebSocket protocol is spoken here.")
        }
        let keys = head.headers.all("sec-websocket-key")
        guard keys.count == 1, let key = keys.first, isKey(key) else {
            throw HTTPError(400, "Sec-WebSocket-Key must hold 16 bytes in base 64, once.")
        }
        guard (head.contentLength ?? 0) == 0, !head.isChunked else {
            throw HTTPError(400, "A WebSocket request has no body.")
        }
        return key
    }

    private static func isKey(_ key: String) -> Bool {
        let bytes = Array(key.utf8)
        guard bytes.count == 24, bytes.hasSuffix("==") else { return false }
        return bytes.dropLast(2).allSatisfy(alphabet.contains)
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func base64(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let word = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for digit in 0..<4 {
                out.append(digit <= group.count ? alphabet[word >> (18 - 6 * digit) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}

extension [UInt8] {
    func hasSuffix(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { suffix($0.count).elementsEqual($0) }
    }
}
