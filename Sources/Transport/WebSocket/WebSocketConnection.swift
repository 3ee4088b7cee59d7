import Synchronization

/// One WebSocket on its loop, of a server or a client.
///
///     open ──close()──► closing ──peer's close frame──► finishing ──► gone
///       │                  └────── closeTimeout ───────────────────────▲
///       ├──peer's close frame or violation──► finishing ───────────────┤
///       └──end of stream, reset, silence, stall────────────────────────┘
actor WebSocketConnection {
    enum Phase {
        case open, closing, finishing, gone
    }

    let loop: EventLoop
    let socket: Socket
    let configuration: WebSocketConfiguration
    let codec: WebSocketCodec
    let counters: TransportCounters?
    private let role: WebSocketCodec.Role
    var phase = Phase.open
    /// Received but not decoded yet; at most one read.
    private var undecoded: [UInt8] = []
    /// Messages that had come when the server began to stop; the handler's last.
    var lastMessages: [WebSocketMessage] = []
    /// Why there are no more messages; nil after an orderly end.
    var endReason: TransportError?
    let received: LoopCondition
    let changed: LoopCondition
    var isReadAwaited = false
    /// The last ping whose answer was made known.
    private var seenPing: UInt64 = 0
    var timer: LoopTimer?
    var clock: WebSocketClock
    /// While the connection ends.
    var linger: LingerClock?
    private var onGone: (@Sendable () -> Void)?
    private nonisolated let outside = Atomic<UInt32>(0)

    /// In `outside`: the server stops. The lower 16 bits are the close code, 0 before.
    private static let draining: UInt32 = 1 << 16

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// The code that ended the connection: the peer's, or this side's for a violation; 1005 without, 1006 when lost.
    nonisolated var closeCode: UInt16? {
        let code = UInt16(truncatingIfNeeded: outside.load(ordering: .relaxed))
        return code == 0 ? nil : code
    }

    /// The server stops: there are no more messages, but what is still to be said can be sent.
    nonisolated var isDraining: Bool { outside.load(ordering: .relaxed) & WebSocketConnection.draining != 0 }

    init(
        loop: EventLoop, socket: Socket, role: WebSocketCodec.Role, configuration: WebSocketConfiguration,
        counters: TransportCounters? = nil
    ) {
        self.loop = loop
        self.socket = socket
        self.role = role
        self.configuration = configuration
        self.counters = counters
        codec = WebSocketCodec(role, limits: configuration.codecLimits, framings: loop.core.framings)
        clock = WebSocketClock(configuration)
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
        socket.stallMilliseconds = configuration.stallTimeout.loopMilliseconds
        socket.onEvent = { event in self.handle(event) }
        clock.begin(at: loop.now, phase: UInt64.random(in: 0..<1024))
        timer = LoopTimer(loop: loop) { self.watch() }
        startTimer()
        undecoded = leftover
        if socket.isOpen { decode() } else { becameGone(.connectionLost) }
    }

    // MARK: From the socket

    private func handle(_ event: Socket.Event) {
        switch event {
        case .received(let bytes):
            counters?.bytesIn.add(bytes.count)
            clock.sawSign(at: loop.now)
            take(bytes)
        case .ended:
            if phase == .finishing { socket.close() } else { decoded() }
        case .progressed:
            clock.sawSign(at: loop.now)
            clock.sawOutput(at: loop.now)
            changed.notifyAll()
            resume()
        case .closed(let reason):
            becameGone(reason)
        }
    }

    private func take(_ bytes: UnsafeRawBufferPointer) {
        guard phase == .open || phase == .closing else { return }
        if undecoded.isEmpty && canDecode {
            codec.controlFrames = clock.controlFrames(left: codec.controlFrames, at: loop.now)
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

    /// Whether it is this side that lets the peer wait.
    var holdsPeerBack: Bool { !undecoded.isEmpty || !canDecode }

    func decode() {
        if !undecoded.isEmpty, canDecode {
            codec.controlFrames = clock.controlFrames(left: codec.controlFrames, at: loop.now)
            let used = undecoded.withUnsafeBytes { codec.receive($0) }
            if used == undecoded.count { undecoded = [] } else { undecoded.removeFirst(used) }
        }
        decoded()
    }

    private func decoded() {
        sendOutput()
        // What still comes before the peer's close frame, or after the server began to stop, is for nobody.
        if phase == .closing || isDraining { _ = codec.takeMessages() }
        switch codec.closing {
        case .open, .sent:
            break
        case .complete(let code):
            finish(code: code, reason: nil)
        case .violated(let code):
            counters?.violations.add(1)
            finish(code: code, reason: .protocolViolation(code: code))
        }
        if codec.hasMessages { received.notifyAll() }
        if codec.pings.answered > seenPing {
            seenPing = codec.pings.answered
            changed.notifyAll()
        }
        guard phase == .open || phase == .closing else { return }
        if socket.hasEnded && undecoded.isEmpty {
            // A peer that ends its stream without a close frame is gone. It may have done so before the upgrade.
            socket.close(.connectionLost)
        } else {
            socket.setReading(!holdsPeerBack)
            if clock.sawMessage(milestone: codec.milestone, isMidMessage: codec.isMidMessage, at: loop.now) {
                startTimer()
            }
        }
    }

    func resume() {
        guard phase == .open || phase == .closing else { return }
        decode()
    }

    func sendOutput() {
        let bytes = codec.takeOutput()
        guard !bytes.isEmpty else { return }
        counters?.bytesOut.add(bytes.count)
        if socket.pendingBytes == 0 { clock.sawOutput(at: loop.now) }
        socket.write(bytes)
    }

    // MARK: The end

    /// Lets the handler read what has come, and no more.
    func drain() {
        guard phase == .open, !isDraining else { return }
        lastMessages = codec.takeMessages()
        outside.bitwiseOr(WebSocketConnection.draining, ordering: .relaxed)
        received.notifyAll()
        resume()
    }

    func finish(code: UInt16, reason: TransportError?) {
        guard phase == .open || phase == .closing else { return }
        phase = .finishing
        endReason = reason
        setCode(code)
        undecoded = []
        if role == .server || reason != nil {
            timer?.stop()
            socket.finish()
        } else {
            // The server closes first (RFC 6455, 7.1.1); if it does not, this side does.
            beginLingering()
            socket.setReading(true)
        }
        received.notifyAll()
        changed.notifyAll()
    }

    private func setCode(_ code: UInt16) {
        // Only the loop's thread writes, so that nothing comes between.
        if closeCode == nil { outside.bitwiseOr(UInt32(code), ordering: .relaxed) }
    }

    private func becameGone(_ reason: TransportError?) {
        guard phase != .gone else { return }
        if phase == .open { endReason = reason ?? .connectionLost }
        phase = .gone
        setCode(1006)
        timer?.close()
        timer = nil
        undecoded = []
        received.notifyAll()
        changed.notifyAll()
        onGone?()
        onGone = nil
    }
}
