/// The client's side of the opening handshake, on a loop.
actor WebSocketOpening {
    private let loop: EventLoop
    private let socket: Socket
    private let key = WebSocketHandshake.newKey()
    private let parser = HTTPParser(.response)
    private var received: [UInt8] = []
    private var isComplete = false
    private var failure: (any Error)?
    private let changed: LoopCondition

    /// A longer answer is refused.
    private static let maxAnswerBytes = 64 * 1024

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private init(loop: EventLoop, socket: Socket) {
        self.loop = loop
        self.socket = socket
        changed = LoopCondition(loop: loop)
    }

    static func open(
        _ url: WebSocketURL, headers: HTTPHeaders, loop: EventLoop, configuration: WebSocketConfiguration,
        trust: TLSTrust, timeout: Duration
    ) async throws -> WebSocketConnection {
        var context: TLSContext?
        if url.isEncrypted { context = try await loop.offload { try TLSContext.client(trust) } }
        let socket = try await Socket.connect(loop: loop, host: url.host, port: url.port, timeout: timeout)
        return try await WebSocketOpening(loop: loop, socket: socket)
            .run(url, headers: headers, configuration: configuration, context: context, timeout: timeout)
    }

    private func run(
        _ url: WebSocketURL, headers: HTTPHeaders, configuration: WebSocketConfiguration, context: TLSContext?,
        timeout: Duration
    ) async throws -> WebSocketConnection {
        socket.onEvent = { event in self.handle(event) }
        let timer = LoopTimer(loop: loop) { self.fail(TransportError.timedOut) }
        timer.start(milliseconds: timeout.loopMilliseconds)
        defer { timer.close() }
        do {
            if let context { try socket.startTLS(client: context, host: url.host) }
            socket.write(try request(url, headers))
            socket.setReading(true)
            while true {
                let count = changed.count
                if isComplete { break }
                if let failure { throw failure }
                try await changed.wait(since: count, isolation: self)
            }
            try checkAnswer()
        } catch {
            socket.close()
            throw error
        }
        let connection = WebSocketConnection(loop: loop, socket: socket, role: .client, configuration: configuration)
        let leftover = received
        await connection.start(leftover: leftover) {}
        return connection
    }

    private func request(_ url: WebSocketURL, _ headers: HTTPHeaders) throws -> [UInt8] {
        var text = "GET \(url.target) HTTP/1.1\r\nHost: \(url.authority)\r\nUpgrade: websocket\r\n"
        text += "Connection: Upgrade\r\nSec-WebSocket-Key: \(key)\r\nSec-WebSocket-Version: 13\r\n"
        for (name, value) in headers {
            guard !name.isEmpty, name.utf8.allSatisfy(ASCII.isToken),
                !value.utf8.contains(where: { $0 == 13 || $0 == 10 || $0 == 0 })
            else { throw TransportError.invalidHeader(name: name) }
            text += "\(name): \(value)\r\n"
        }
        return Array((text + "\r\n").utf8)
    }

    private func handle(_ event: Socket.Event) {
        switch event {
        case .received(let bytes):
            receive(bytes)
        case .ended:
            fail(TransportError.handshakeInvalid("it broke off"))
        case .progressed:
            break
        case .closed(let reason):
            fail(reason ?? .connectionLost)
        }
    }

    private func receive(_ bytes: UnsafeRawBufferPointer) {
        received.append(contentsOf: bytes)
        guard !isComplete, let end = endOfHead() else {
            if received.count > WebSocketOpening.maxAnswerBytes {
                fail(TransportError.handshakeInvalid("its header is too long"))
            }
            return
        }
        let (_, outcome) = received[..<end].withUnsafeBytes { parser.parse($0) }
        guard outcome == .head else {
            fail(TransportError.handshakeInvalid("it is not HTTP"))
            return
        }
        received.removeFirst(end)
        isComplete = true
        // What follows belongs to the WebSocket; TCP keeps it until then.
        socket.setReading(false)
        changed.notifyAll()
    }

    private func endOfHead() -> Int? {
        guard received.count >= 4 else { return nil }
        for index in 3..<received.count
        where received[index] == 10 && received[index - 1] == 13 && received[index - 2] == 10
            && received[index - 3] == 13
        {
            return index + 1
        }
        return nil
    }

    private func checkAnswer() throws(TransportError) {
        let head = parser.head
        guard head.status == 101 else { throw .handshakeRefused(status: head.status) }
        guard head.headers.lists("websocket", in: "upgrade"), head.headers.lists("upgrade", in: "connection") else {
            throw .handshakeInvalid("it does not switch to WebSocket")
        }
        guard head.headers.first("sec-websocket-accept") == WebSocketHandshake.accept(key) else {
            throw .handshakeInvalid("its Sec-WebSocket-Accept does not match")
        }
        guard head.headers.first("sec-websocket-extensions") == nil,
            head.headers.first("sec-websocket-protocol") == nil
        else { throw .handshakeInvalid("it names an extension or subprotocol nobody asked for") }
    }

    private func fail(_ error: any Error) {
        failure = failure ?? error
        changed.notifyAll()
    }
}
