import VoicePipeline

/// One connection of the server, on its loop.
///
///     idle ──first byte──► head ──blank line──► exchange ──response and body complete──► idle
///       │ idleTimeout       │ headerTimeout         │ no progress for idleTimeout, upgrade
///       └───────────────────┴────── error, `Connection: close`, drain ─────► ending ──► gone
///
/// There is one exchange at a time; what the client sends ahead waits, and then TCP holds the client back.
actor HTTPConnection {
    enum Phase {
        case serving, ending, gone
    }

    let shared: HTTPConnections
    let socket: Socket
    nonisolated let remoteAddress: String

    var phase = Phase.serving
    /// Gone once another protocol is spoken.
    var parser: HTTPParser?
    var scanner: HTTPHeadScanner
    var isInHead = true
    /// Received but not parsed yet; about one read at most.
    var unparsed = ByteQueue()
    var exchange: HTTPExchange?
    var lastExchange: UInt64 = 0
    /// A request that waits for its task.
    var request: HTTPRequest?
    /// The task that answers the request, as long as it runs.
    private var running: UnsafeCurrentTask?
    var hasPeerEnded = false
    var isDraining = false
    var lastProgress: UInt64 = 0
    var timer: LoopTimer?
    var webSocket: WebSocketConnection?

    /// A handler waits here for the body.
    let input: LoopCondition
    /// Handlers wait here for room in the output.
    let output: LoopCondition

    nonisolated var unownedExecutor: UnownedSerialExecutor { shared.loop.asUnownedSerialExecutor() }

    nonisolated var loop: EventLoop { shared.loop }
    nonisolated var configuration: HTTPServerConfiguration { shared.configuration }
    nonisolated var log: Log { shared.log }

    init(socket: Socket, shared: HTTPConnections) {
        self.shared = shared
        self.socket = socket
        remoteAddress = socket.remoteHost
        parser = HTTPParser(.request, maxFields: shared.configuration.maxHeaderFields)
        scanner = HTTPHeadScanner(limit: shared.configuration.maxHeaderBytes)
        input = LoopCondition(loop: shared.loop)
        output = LoopCondition(loop: shared.loop)
    }

    /// Begins to read.
    func start() {
        socket.highWater = configuration.sendHighWater
        socket.stallMilliseconds = configuration.idleTimeout.loopMilliseconds
        socket.onEvent = { event in self.handle(event) }
        lastProgress = loop.now
        let timer = LoopTimer(loop: loop) { self.watch() }
        self.timer = timer
        timer.start(milliseconds: configuration.headerTimeout.loopMilliseconds)
        socket.setReading(true)
    }

    /// Has the request that waits answered, in the caller's task, which is cancelled when the connection goes.
    func perform(_ handler: @Sendable (HTTPRequest, HTTPResponder) async throws -> Void) async {
        if let request {
            self.request = nil
            withUnsafeCurrentTask { running = $0 }
            await RequestID.$current.withValue(request.id) {
                await handled(request, error: await failure(of: handler, request))
            }
            running = nil
            settle()
        }
        shared.ended()
    }

    private func failure(
        of handler: @Sendable (HTTPRequest, HTTPResponder) async throws -> Void, _ request: HTTPRequest
    ) async -> (any Error)? {
        do {
            try await handler(
                request, HTTPResponder(connection: self, exchange: request.body.exchange, request: request))
            return nil
        } catch {
            return error
        }
    }

    // MARK: From the socket

    private func handle(_ event: Socket.Event) {
        switch event {
        case .received(let bytes):
            shared.counters.bytesIn.add(bytes.count)
            lastProgress = loop.now
            receive(bytes)
        case .ended:
            hasPeerEnded = true
            peerEnded()
        case .progressed:
            lastProgress = loop.now
            output.notifyAll()
            updateReading()
        case .closed(let reason):
            if case .tlsFailed(let text) = reason {
                log.debug("TLS failed", ["address": .text(remoteAddress), "reason": .text(text)])
            }
            becameGone(reason)
        }
    }

    /// The connection is over, for this protocol or altogether.
    func becameGone(_ reason: TransportError?) {
        guard phase != .gone else { return }
        phase = .gone
        timer?.close()
        timer = nil
        unparsed = ByteQueue()
        request = nil
        if exchange?.isBodyComplete == false { exchange?.bodyError = reason ?? .connectionLost }
        if webSocket != nil { shared.counters.webSockets.add(-1) }
        running?.cancel()
        input.notifyAll()
        output.notifyAll()
        shared.remove(self)
    }

    /// Ends in good order once the output has left.
    /// - Parameter isIdle: between requests, so that the client has nothing left to read.
    func end(isIdle: Bool = false) {
        guard phase == .serving else { return }
        phase = .ending
        if isIdle && socket.isDelivered { socket.close() } else { socket.finish() }
        input.notifyAll()
    }

    // MARK: Stopping

    /// Takes no new request; what runs may finish.
    func drain() {
        isDraining = true
        if let webSocket {
            webSocket.assumeIsolated { $0.drain() }
        } else if exchange == nil {
            end(isIdle: !scanner.hasBegun)
        } else {
            exchange?.closes = true
        }
    }

    /// The time for draining is over: a WebSocket is told so, everything else is cut off.
    func leave() {
        if let webSocket {
            webSocket.assumeIsolated { $0.leave(code: 1001, reason: "the server stops") }
        } else {
            socket.close(.connectionLost)
        }
    }

    /// Cuts the connection off.
    func abort() {
        socket.close(.connectionLost)
    }
}
