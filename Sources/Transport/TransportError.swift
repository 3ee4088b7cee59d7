/// Why something on the network failed.
public enum TransportError: Error, Equatable, Sendable {
    /// A call of the operating system or of libuv failed.
    case system(call: String, code: Int32, message: String)
    /// Another program listens there already.
    case addressInUse(host: String, port: Int)
    /// A server was told to listen nowhere, or every address was optional and taken.
    case noListener
    /// The name has no address.
    case unknownHost(String)
    /// Not an address of the form `ws://host[:port]/path` or `wss://…`.
    case invalidURL(String)
    /// Refused, unreachable, or no answer in time.
    case unreachable(host: String, port: Int, reason: String)
    /// The peer went away without saying so, or broke off.
    case connectionLost
    /// The WebSocket is closed, with this code; nothing can be sent any more.
    case closed(code: UInt16)
    /// The peer broke the rules; the code is the WebSocket close code it was told.
    case protocolViolation(code: UInt16)
    /// The peer did nothing for too long.
    case timedOut
    /// A body exceeds the limit in bytes.
    case bodyTooLarge(limit: Int)
    /// The body of a request broke off or was not well formed.
    case malformedBody(String)
    /// A header name or value that cannot be sent.
    case invalidHeader(name: String)
    /// Not a final status: 200…599.
    case invalidStatus(Int)
    /// A second response to one request, or a write after its end.
    case responseAlreadySent
    /// A response shorter or longer than the content-length it announced.
    case contentLengthMismatch
    /// Two tasks read from one body or one WebSocket at once.
    case concurrentRead
    /// `webSocket` on a request that does not ask for it, or asks wrongly.
    case notAWebSocketRequest(String)
    /// The server answered a WebSocket handshake with something else.
    case handshakeRefused(status: Int)
    /// The server's answer to a WebSocket handshake is wrong.
    case handshakeInvalid(String)
    /// A file could not be read although it was there.
    case unreadableFile(String)
    /// An encrypted connection could not be made or broke; why, in OpenSSL's words.
    case tlsFailed(String)
    /// The server shows a certificate that this client does not believe.
    case untrustedCertificate(host: String, reason: String)
    /// A file with a certificate or key cannot be used; what is wrong and what to do.
    case unusableCertificate(String)
}

extension TransportError: CustomStringConvertible {
    /// One sentence for people.
    public var description: String {
        switch self {
        case .system(let call, let code, let message): "\(call) failed: \(message) (\(code))"
        case .addressInUse(let host, let port):
            "\(host):\(port) is already in use; stop the other program or choose another port"
        case .noListener: "there is no address to listen on; name one that is free"
        case .unknownHost(let host): "the name \(host) has no address; check its spelling and the network"
        case .invalidURL(let url): "\(url) is not an address of the form ws://host:port/path or wss://host:port/path"
        case .unreachable(let host, let port, let reason): "\(host):\(port) cannot be reached: \(reason)"
        case .connectionLost: "the connection was lost"
        case .closed(let code): "the WebSocket is closed (\(code))"
        case .protocolViolation(let code): "the peer broke the protocol and was told \(code)"
        case .timedOut: "the peer did not answer in time"
        case .bodyTooLarge(let limit): "the body is larger than \(limit) bytes"
        case .malformedBody(let reason): "the body is not well formed: \(reason)"
        case .invalidHeader(let name): "the header \(name) holds characters that cannot be sent"
        case .invalidStatus(let status): "\(status) is not a status that a response can have"
        case .responseAlreadySent: "this request was already answered"
        case .contentLengthMismatch: "the response does not have the length it announced"
        case .concurrentRead: "two tasks read from one connection at once"
        case .notAWebSocketRequest(let reason): "not a WebSocket request: \(reason)"
        case .handshakeRefused(let status): "the server answered \(status) instead of opening a WebSocket"
        case .handshakeInvalid(let reason): "the server's WebSocket handshake is wrong: \(reason)"
        case .unreadableFile(let path): "\(path) cannot be read"
        case .tlsFailed(let reason): "the encrypted connection failed: \(reason)"
        case .untrustedCertificate(let host, let reason):
            "the certificate of \(host) is not trusted: \(reason)"
        case .unusableCertificate(let text): text
        }
    }

    /// Turns libuv's negative return code into an error.
    static func check(_ code: Int32, _ call: String) throws(TransportError) {
        if code < 0 { throw uv(code, call) }
    }
}
