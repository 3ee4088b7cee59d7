import CCurl
import VoicePipeline

/// Collects the header lines that libcurl hands out one by one, until the final response's head is complete.
struct CurlResponseHead {
    private let limit: Int
    private var length = 0
    private var headers: [(name: String, value: String)] = []
    private var isAtEnd = false
    /// Whether the head of the final response was handed over; what comes later are trailers.
    private(set) var isComplete = false

    /// - Parameter limit: bytes of all lines together.
    init(limit: Int) {
        self.limit = limit
    }

    /// - Returns: false when the head is too long.
    mutating func take(_ line: UnsafeRawBufferPointer) -> Bool {
        length += line.count
        guard length <= limit else { return false }
        guard !isComplete else { return true }
        let bytes = line.filter { $0 != 13 && $0 != 10 }
        if bytes.isEmpty {
            isAtEnd = true
        } else if bytes.starts(with: "HTTP/".utf8) {
            headers = []
        } else if let colon = bytes.firstIndex(of: UInt8(ascii: ":")) {
            let name = String(decoding: bytes[..<colon].map(ASCII.lower), as: UTF8.self)
            let value = String(decoding: ASCII.trim(bytes[(colon + 1)...]), as: UTF8.self)
            headers.append((name: name, value: value))
        }
        return true
    }

    /// The head, once, when the last line completed it; not for 1xx responses.
    mutating func takeEvent(_ handle: UnsafeMutableRawPointer) -> HTTPClientEvent? {
        guard isAtEnd else { return nil }
        isAtEnd = false
        var status = 0
        guard !isComplete, curl_shim_status(handle, &status) == CURLE_OK, status >= 200 else { return nil }
        isComplete = true
        return .head(status: status, headers: headers)
    }
}
