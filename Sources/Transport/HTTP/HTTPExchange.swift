import VoicePipeline

/// One request and its response, as far as they have come.
struct HTTPExchange {
    enum Response: Equatable {
        /// Nothing was sent.
        case awaited
        /// The head was sent; for `.length`, so many bytes are still to come.
        case begun(HTTPResponseHead.Framing)
        /// All was sent.
        case complete
        /// The connection speaks another protocol now.
        case upgraded
    }

    let id: UInt64
    let head: HTTPMessageHead
    /// The caller's `X-Request-Id` if it has a proper one, else a new one.
    let requestID: String
    /// Bytes of the body at most.
    let bodyLimit: Int
    /// Received and not read yet.
    var body: [UInt8] = []
    var bodyReceived = 0
    var isBodyComplete = false
    /// Why the body ends early.
    var bodyError: TransportError?
    /// The client waits for `100 Continue` before it sends the body.
    var awaitsContinue = false
    var isBodyAwaited = false
    var bodyClock: BodyClock
    var response = Response.awaited
    /// The connection ends with this exchange.
    var closes: Bool
    /// A client that ends its side is taken for gone.
    var endsWithPeer = false
    /// The handler has returned; what is left of the body is thrown away.
    var isHandled = false
    /// When, in milliseconds on the loop's clock.
    var handledAt: UInt64 = 0
    /// Bytes of body thrown away.
    var discarded = 0

    init(id: UInt64, head: HTTPMessageHead, bodyLimit: Int, bodyClock: BodyClock) {
        self.id = id
        self.bodyLimit = bodyLimit
        self.bodyClock = bodyClock
        self.head = head
        requestID = RequestID.accepted(head.headers.first("x-request-id")) ?? RequestID.random()
        closes = !head.keepsAlive
        awaitsContinue = head.minor == 1 && head.headers.lists("100-continue", in: "expect")
    }

    var isHead: Bool { head.method == "HEAD" }

    /// Both sides are through.
    var isOver: Bool { isHandled && (isBodyComplete || closes) }

    /// How the body of a response with this status and these headers is framed.
    /// - Parameter length: the length of the body when it is known.
    /// - Throws: `TransportError.invalidHeader` for a content-length that is not a number.
    func framing(
        status: Int, headers: HTTPHeaders, length: Int?
    ) throws(TransportError) -> HTTPResponseHead.Framing {
        if status < 200 || status == 204 || status == 304 { return .none }
        if let length { return .length(length) }
        if let announced = headers.first("content-length") {
            guard let length = Int(announced), length >= 0 else { throw .invalidHeader(name: "Content-Length") }
            return .length(length)
        }
        return head.minor == 0 ? .untilClose : .chunked
    }
}
