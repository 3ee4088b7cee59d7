/// One WebSocket on its loop, of a server or a client.
///
///     open ──close()──► closing ──peer's close frame──► finishing ──► gone
///       │                  └────── closeTimeout ───────────────────────▲
///       ├──peer's close frame or violation──► finishing ───────────────┤
///       └──end of stream, reset, silence───────────────────────────────┘
actor WebSocketConnection {
    private enum Phase {
        case open, closing, finishing, gone
    }

    private let loop: EventLoop
    private let socket: Socket
    private let role: WebSocketCodec.Role
    private let configuration: WebSocketConfiguration
    private let codec: WebSocketCodec
    private var phase = Phase.open
    /// Received but not decoded yet; at most one read.
    private var undecoded: [UInt8] = []
    /// Why there are no more messages; nil after an orderly end.
    private var endReason: TransportError?
    private let received: LoopCondition
    private let changed: LoopCondition
    private var isReadAwaited = false
    private var timer: LoopTimer?
    private var lastSign: UInt64 = 0
    private var isPinged = false
    private var onGone: (@Sendable () -> Void)?
    private nonisolated let code = Guarded<UInt16?>(nil)

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// The code that ended the connection: the peer's, or this side's for a violation; 1005 without, 1006 when lost.
    nonisolated var closeCode: UInt16? { code.withLock { $0 } }

    init(loop: EventLoop, socket: Socket, role: WebSocketCodec.Role, configuration: WebSocketConfiguration) {
        self.loop = loop
        self.socket = socket
        self.role = role
        self.configuration = configuration
        codec = WebSocketCodec(
            role, maxMessageBytes: configuration.maxMessageBytes, receiveBuffer: configuration.receiveBuffer)
        received = LoopCondition(loop: loop)
        changed = LoopCondition(loop: loop)
    }

    /// Takes the socket over.
    /// - Parameters:
    ///   - leftover: bytes that came behind the handshake.
    ///   - onGone: called on the loop's thread when the connection is over.
    func start(leftover: [UInt8], onGone: @escaping @Sendable () -> Void) {
        self.onGone = onGone
        socket.highWater = configuration.sendHighWater
        socket.onEvent = { event in self.handle(event) }
        lastSign = loop.now
        let timer = LoopTimer(loop: loop) { self.watch() }
        self.timer = timer
        timer.start(milliseconds: configuration.pingInterval.loopMilliseconds)
        undecoded = leftover
        if socket.isOpen { decode() } else { becameGone(.connectionLost) }
    }

    // MARK: From the socket

    private func handle(_ event: Socket.Event) {
        switch event {
        case .received(let bytes):
            sawSign()
            take(bytes)
        case .ended:
            // A peer that ends its stream without a close frame is gone.
            socket.close(phase == .finishing ? nil : .connectionLost)
        case .progressed:
            sawSign()
            changed.notifyAll()
            resume()
        case .closed(let reason):
            becameGone(reason)
        }
    }

    private func sawSign() {
        lastSign = loop.now
        isPinged = false
    }

    private func take(_ bytes: UnsafeRawBufferPointer) {
        guard phase == .open || phase == .closing else { return }
        if undecoded.isEmpty && canDecode {
            let used = codec.receive(bytes)
            if used < bytes.count { undecoded.append(contentsOf: bytes[used...]) }
            decoded()
        } else {
            undecoded.append(contentsOf: bytes)
            decode()
        }
    }

    /// Whether there is room for what the peer's bytes may bring: messages, and answers to pings.
    private var canDecode: Bool { codec.hasRoom && socket.pendingBytes <= configuration.sendHighWater }

    private func decode() {
        if !undecoded.isEmpty, canDecode {
            let used = undecoded.withUnsafeBytes { codec.receive($0) }
            if used == undecoded.count { undecoded = [] } else { undecoded.removeFirst(used) }
        }
        decoded()
    }

    private func decoded() {
        sendOutput()
        if phase == .closing {
            // What still comes before the peer's close frame is for nobody.
            _ = codec.takeMessages()
        }
        switch codec.closing {
        case .open, .sent:
            break
        case .complete(let code):
            finish(code: code, reason: nil)
        case .violated(let code):
            finish(code: code, reason: .protocolViolation(code: code))
        }
        if codec.hasMessages { received.notifyAll() }
        if phase == .open || phase == .closing { socket.setReading(undecoded.isEmpty && canDecode) }
    }

    private func resume() {
        guard phase == .open || phase == .closing else { return }
        decode()
    }

    private func sendOutput() {
        socket.write(codec.takeOutput())
    }

    // MARK: For the handler

    /// All messages that have come; suspends until there is one.
    /// - Returns: nil after the end.
    /// - Throws: `TransportError` when the end was not in order.
    func nextBatch() async throws -> [WebSocketMessage]? {
        guard !isReadAwaited else { throw TransportError.concurrentRead }
        while true {
            if codec.hasMessages {
                let batch = codec.takeMessages()
                resume()
                return batch
            }
            guard phase == .open else {
                if let endReason { throw endReason }
                return nil
            }
            isReadAwaited = true
            defer { isReadAwaited = false }
            try await received.wait(isolation: self)
        }
    }

    /// - Throws: `TransportError.closed` once the connection is closing.
    func send(_ bytes: [UInt8], isText: Bool) async throws {
        while phase == .open && socket.pendingBytes > configuration.sendHighWater {
            socket.flush()
            guard socket.pendingBytes > configuration.sendHighWater else { break }
            try await changed.wait(isolation: self)
        }
        guard phase == .open, codec.send(bytes, isText: isText) else {
            throw endReason ?? TransportError.closed(code: closeCode ?? 1006)
        }
        if socket.pendingBytes == 0 { lastSign = max(lastSign, loop.now) }
        sendOutput()
    }

    /// Sends a close frame and waits until the connection is over.
    func close(code: UInt16, reason: String) async {
        beginClosing(code: code, reason: reason)
        await untilGone()
    }

    /// Sends a close frame and lets the rest happen.
    func beginClosing(code: UInt16, reason: String) {
        guard phase == .open else { return }
        phase = .closing
        codec.close(code: code, reason: reason)
        received.notifyAll()
        changed.notifyAll()
        timer?.start(milliseconds: configuration.closeTimeout.loopMilliseconds)
        decode()
    }

    /// Sends a close frame and goes, without waiting for the peer's.
    func leave(code: UInt16) {
        beginClosing(code: code, reason: "")
        guard phase == .closing else { return }
        finish(code: code, reason: .closed(code: code))
    }

    /// Cuts the connection off.
    func abort() {
        socket.close(.connectionLost)
    }

    func untilGone() async {
        while phase != .gone { await changed.waitUncancelled(isolation: self) }
    }

    // MARK: The end

    private func finish(code: UInt16, reason: TransportError?) {
        guard phase == .open || phase == .closing else { return }
        phase = .finishing
        endReason = reason
        self.code.withLock { $0 = $0 ?? code }
        undecoded = []
        if role == .server || reason != nil {
            socket.finish()
        } else {
            // The server closes first (RFC 6455, 7.1.1); if it does not, this side does.
            timer?.start(milliseconds: configuration.closeTimeout.loopMilliseconds)
            socket.setReading(true)
        }
        received.notifyAll()
        changed.notifyAll()
    }

    private func becameGone(_ reason: TransportError?) {
        guard phase != .gone else { return }
        if phase == .open { endReason = reason ?? .connectionLost }
        phase = .gone
        code.withLock { $0 = $0 ?? 1006 }
        timer?.close()
        timer = nil
        received.notifyAll()
        changed.notifyAll()
        onGone?()
        onGone = nil
    }

    /// Looks for signs of life.
    private func watch() {
        let interval = configuration.pingInterval.loopMilliseconds
        switch phase {
        case .open:
            let silence = loop.now - min(lastSign, loop.now)
            if silence >= 2 * interval {
                socket.close(.timedOut)
                return
            }
            if silence >= interval && !isPinged {
                isPinged = true
                _ = codec.ping()
                sendOutput()
            }
            let next = isPinged ? 2 * interval : interval
            timer?.start(milliseconds: max(1, next - min(silence, next)))
        case .closing, .finishing:
            socket.close(.timedOut)
        case .gone:
            break
        }
    }
}
