import Glibc

/// Writes the head of a response.
struct HTTPResponseHead {
    /// How the end of the body is told.
    enum Framing: Equatable {
        case length(Int)
        case chunked
        /// The body ends with the connection (HTTP/1.0).
        case untilClose
        /// 1xx, 204, 304: there is no body.
        case none
    }

    var status: Int
    var headers: HTTPHeaders
    var framing: Framing
    var closes: Bool
    /// The value of `Date`.
    var date: String
    /// The value of `X-Request-Id`.
    var requestID: String

    /// - Throws: `TransportError.invalidHeader` for a name or value that would break the framing.
    func encoded() throws(TransportError) -> [UInt8] {
        var out = Array("HTTP/1.1 \(status) \(HTTPResponseHead.reason(status))\r\n".utf8)
        out.reserveCapacity(512)
        for (name, value) in headers {
            guard !name.isEmpty, name.utf8.allSatisfy(ASCII.isToken),
                !value.utf8.contains(where: { $0 == 13 || $0 == 10 || $0 == 0 })
            else { throw .invalidHeader(name: name) }
            // These are the transport's own.
            if ["content-length", "transfer-encoding", "connection", "date", "x-request-id"].contains(where: {
                HTTPHeaders.equal($0, name)
            }) {
                continue
            }
            out.append(contentsOf: "\(name): \(value)\r\n".utf8)
        }
        switch framing {
        case .length(let length): out.append(contentsOf: "Content-Length: \(length)\r\n".utf8)
        case .chunked: out.append(contentsOf: "Transfer-Encoding: chunked\r\n".utf8)
        case .untilClose, .none: break
        }
        out.append(
            contentsOf:
                "Date: \(date)\r\nX-Request-Id: \(requestID)\r\nConnection: \(closes ? "close" : "keep-alive")\r\n\r\n"
                .utf8)
        return out
    }

    /// The current time as HTTP writes it.
    static func date(_ seconds: time_t = time(nil)) -> String {
        var seconds = seconds
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let day = days[Int(parts.tm_wday).clamped(to: days.indices)]
        let month = months[Int(parts.tm_mon).clamped(to: months.indices)]
        return "\(day), \(two(parts.tm_mday)) \(month) \(1900 + parts.tm_year) "
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
    }

    static func reason(_ status: Int) -> String {
        switch status {
        case 100: "Continue"
        case 101: "Switching Protocols"
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 206: "Partial Content"
        case 301: "Moved Permanently"
        case 302: "Found"
        case 303: "See Other"
        case 304: "Not Modified"
        case 307: "Temporary Redirect"
        case 308: "Permanent Redirect"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 411: "Length Required"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 416: "Range Not Satisfiable"
        case 417: "Expectation Failed"
        case 421: "Misdirected Request"
        case 422: "Unprocessable Content"
        case 426: "Upgrade Required"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        case 507: "Insufficient Storage"
        default: "Status"
        }
    }
}

extension Int {
    func clamped(to range: Range<Int>) -> Int {
        Swift.min(Swift.max(self, range.lowerBound), range.upperBound - 1)
    }
}
