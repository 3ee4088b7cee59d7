import VoicePipeline

/// An answer that is an error: status and one sentence. A handler may throw it before it has answered.
public struct HTTPError: Error, Equatable, Sendable {
    /// 400…599
    public var status: Int
    /// What happened and what to do.
    public var message: String

    /// - Parameters:
    ///   - status: 400…599
    ///   - message: what happened and what to do.
    public init(_ status: Int, _ message: String) {
        self.status = status
        self.message = message
    }

    /// `{"error":{"message":…}}`
    public var json: [UInt8] {
        Array("{\"error\":{\"message\":".utf8) + HTTPError.quoted(message) + Array("}}".utf8)
    }

    /// A whole response that ends the connection.
    func response(_ more: HTTPHeaders = [:]) -> [UInt8] {
        var headers: HTTPHeaders = ["Content-Type": "application/json"]
        for (name, value) in more { headers.append(name, value) }
        let head = HTTPResponseHead(
            status: status, headers: headers, framing: .length(json.count), closes: true,
            date: HTTPResponseHead.date(), requestID: RequestID.random())
        return ((try? head.encoded()) ?? []) + json
    }

    /// What a handler's error becomes when nothing was answered yet.
    package init(answering error: any Error) {
        switch error {
        case let error as HTTPError:
            self = error
        case TransportError.bodyTooLarge(let limit):
            self.init(413, "The body is larger than \(limit) bytes; send less.")
        case TransportError.malformedBody(let reason):
            self.init(400, "The body is not well formed: \(reason).")
        case TransportError.timedOut:
            self.init(408, "The request took too long to arrive.")
        case TransportError.notAWebSocketRequest(let reason):
            self.init(400, "This is not a valid WebSocket request: \(reason).")
        default:
            self.init(500, "Something went wrong inside the server; its log says more.")
        }
    }

    private static func quoted(_ text: String) -> [UInt8] {
        var out: [UInt8] = [UInt8(ascii: "\"")]
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): out += [UInt8(ascii: "\\"), byte]
            case 0..<0x20: out += Array("\\u00".utf8) + [HTTPError.hex(byte >> 4), HTTPError.hex(byte & 15)]
            default: out.append(byte)
            }
        }
        return out + [UInt8(ascii: "\"")]
    }

    private static func hex(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
    }
}
