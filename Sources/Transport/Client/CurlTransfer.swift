import CCurl
import VoicePipeline

/// Owns one `CURL` handle: a request and what has come of it. Belongs to the loop's thread, but for `init`.
final class CurlTransfer: @unchecked Sendable {
    /// The end of a transfer; without an error after a complete response.
    struct Outcome {
        var error: HTTPClientError?
    }

    let handle: UnsafeMutableRawPointer
    let changed: LoopCondition
    private(set) var outcome: Outcome?

    private let loop: EventLoop
    private let request: HTTPClientRequest
    private let receiveBuffer: Int
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private let body: UnsafeMutablePointer<UInt8>
    private let message = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var head: CurlResponseHead
    private var events: [HTTPClientEvent] = []
    private var received: [UInt8] = []
    private var isPaused = false
    private var progress: Int64 = -1
    private var lastProgress: UInt64 = 0
    private var idleTimer: LoopTimer?

    /// - Throws: `HTTPClientError.invalidURL`, or `.failed` for a header that cannot be sent.
    init(
        _ request: HTTPClientRequest, configuration: CurlHTTPClientConfiguration, loop: EventLoop
    ) throws(HTTPClientError) {
        guard let handle = curl_easy_init() else { throw .failed(code: -1, message: "libcurl has no memory left") }
        self.handle = handle
        self.loop = loop
        self.request = request
        receiveBuffer = configuration.receiveBuffer
        changed = LoopCondition(loop: loop)
        head = CurlResponseHead(limit: configuration.maxHeaderBytes)
        // libcurl reads the body where it lies.
        body = .allocate(capacity: max(1, request.body.count))
        body.initialize(repeating: 0, count: max(1, request.body.count))
        request.body.withUnsafeBufferPointer { source in
            if let start = source.baseAddress { body.update(from: start, count: source.count) }
        }
        message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        try configure(configuration)
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(headerList)
        body.deallocate()
        message.deallocate()
    }

    // MARK: Setting up

    private func configure(_ configuration: CurlHTTPClientConfiguration) throws(HTTPClientError) {
        guard !request.url.utf8.contains(0) else { throw .invalidURL(request.url) }
        let call = CurlCall(handle)
        try call.set(CURLOPT_URL, request.url)
        try call.set(CURLOPT_PROTOCOLS_STR, "http,https")
        try call.set(CURLOPT_FOLLOWLOCATION, 0)
        try call.set(CURLOPT_NOSIGNAL, 1)
        try call.set(CURLOPT_SSL_VERIFYPEER, 1)
        try call.set(CURLOPT_SSL_VERIFYHOST, 2)
        try call.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        // A cancelled look-up must not hold the loop until the name server answers.
        try call.set(CURLOPT_QUICK_EXIT, 1)
        try call.set(CURLOPT_CONNECTTIMEOUT_MS, Int(request.connectTimeout.loopMilliseconds))
        try call.set(CURLOPT_TIMEOUT_MS, Int(request.timeout.loopMilliseconds))
        if let file = configuration.trustedCertificates { try call.set(CURLOPT_CAINFO, file) }
        if !configuration.usesProxyOfEnvironment { try call.set(CURLOPT_NOPROXY, "*") }
        try setMethod(call)
        try setHeaders(call)
        let me = UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
        try call.set(CURLOPT_ERRORBUFFER, pointer: message)
        try call.set(CURLOPT_WRITEDATA, pointer: me)
        try call.set(CURLOPT_HEADERDATA, pointer: me)
        try call.set(CURLOPT_XFERINFODATA, pointer: me)
        try call.set(CURLOPT_NOPROGRESS, 0)
        try call.check(
            curl_shim_set_data(handle, CURLOPT_WRITEFUNCTION) { data, size, count, user in
                CurlTransfer.of(user)?.takeBody(data, size &* count) ?? 0
            })
        try call.check(
            curl_shim_set_data(handle, CURLOPT_HEADERFUNCTION) { data, size, count, user in
                CurlTransfer.of(user)?.takeHeader(data, size &* count) ?? 0
            })
        try call.check(
            curl_shim_set_progress(handle) { user, _, download, _, upload in
                CurlTransfer.of(user)?.sawProgress(Int64(download &+ upload))
                return 0
            })
    }

    private func setMethod(_ call: CurlCall) throws(HTTPClientError) {
        guard !request.method.isEmpty, request.method.utf8.allSatisfy(ASCII.isToken) else {
            throw .failed(code: -1, message: "\(request.method) is not an HTTP method")
        }
        if request.method == "HEAD" {
            try call.set(CURLOPT_NOBODY, 1)
        } else if request.method == "GET" && request.body.isEmpty {
            try call.set(CURLOPT_HTTPGET, 1)
        } else {
            if request.method == "POST" || !request.body.isEmpty {
                try call.set(CURLOPT_POST, 1)
                try call.set(CURLOPT_POSTFIELDSIZE_LARGE, offset: request.body.count)
                try call.set(CURLOPT_POSTFIELDS, pointer: UnsafeRawPointer(body))
            }
            try call.set(CURLOPT_CUSTOMREQUEST, request.method)
        }
    }

    private func setHeaders(_ call: CurlCall) throws(HTTPClientError) {
        var lines = request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        for (name, value) in request.headers {
            guard !name.isEmpty, name.utf8.allSatisfy(ASCII.isToken),
                !value.utf8.contains(where: { $0 == 13 || $0 == 10 || $0 == 0 })
            else { throw .failed(code: -1, message: "the header \(name) holds characters that cannot be sent") }
        }
        // Waiting a second for a server that never says 100 Continue is worse than sending a body in vain.
        lines.append("Expect:")
        if !request.headers.contains(where: { HTTPHeaders.equal($0.name, "content-type") }) {
            lines.append("Content-Type:")
        }
        for line in lines {
            guard let longer = curl_slist_append(headerList, line) else {
                throw .failed(code: -1, message: "libcurl has no memory left")
            }
            headerList = longer
        }
        try call.check(curl_shim_set_list(handle, CURLOPT_HTTPHEADER, headerList))
    }

    // MARK: While it runs

    func begin() {
        lastProgress = loop.now
        let timer = LoopTimer(loop: loop) { self.watchIdle() }
        idleTimer = timer
        timer.start(milliseconds: request.idleTimeout.loopMilliseconds)
    }

    private func watchIdle() {
        let limit = request.idleTimeout.loopMilliseconds
        // What the caller has not taken does not count against the server.
        if isPaused || !received.isEmpty { lastProgress = loop.now }
        let idle = loop.now - min(lastProgress, loop.now)
        if idle >= limit {
            outcome = outcome ?? Outcome(error: .timedOut)
            changed.notifyAll()
        } else {
            idleTimer?.start(milliseconds: limit - idle)
        }
    }

    /// Takes the head, or all of the body that waits.
    func takeEvent() -> HTTPClientEvent? {
        if !events.isEmpty { return events.removeFirst() }
        guard !received.isEmpty else { return nil }
        let bytes = received
        received = []
        return .body(bytes)
    }

    /// Whether libcurl was told to wait and need not any more.
    func shallResume() -> Bool {
        guard isPaused, received.count < receiveBuffer else { return false }
        isPaused = false
        return true
    }

    func end(_ error: HTTPClientError?) {
        idleTimer?.close()
        idleTimer = nil
        outcome = outcome ?? Outcome(error: error)
        changed.notifyAll()
    }

    func error(for result: CURLcode) -> HTTPClientError? {
        let said = String(cString: message)
        let text = said.isEmpty ? String(cString: curl_easy_strerror(result)) : said
        return switch result {
        case CURLE_OK: head.isComplete ? nil : .unreachable("the server sent no response")
        case CURLE_OPERATION_TIMEDOUT: .timedOut
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .invalidURL(request.url)
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT, CURLE_GOT_NOTHING,
            CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE:
            .unreachable(text)
        default: .failed(code: Int32(bitPattern: result.rawValue), message: text)
        }
    }

    // MARK: What libcurl calls

    private static func of(_ user: UnsafeMutableRawPointer?) -> CurlTransfer? {
        user.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
    }

    private func takeHeader(_ data: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        guard head.take(UnsafeRawBufferPointer(start: data, count: count)) else { return 0 }
        if let event = head.takeEvent(handle) {
            events.append(event)
            changed.notifyAll()
        }
        return count
    }

    private func takeBody(_ data: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        guard received.count < receiveBuffer else {
            isPaused = true
            return Int(CURL_WRITEFUNC_PAUSE)
        }
        received.append(contentsOf: UnsafeRawBufferPointer(start: data, count: count))
        changed.notifyAll()
        return count
    }

    private func sawProgress(_ bytes: Int64) {
        guard bytes != progress else { return }
        progress = bytes
        lastProgress = loop.now
    }
}
