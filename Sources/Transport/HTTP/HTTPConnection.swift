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

    let loop: EventLoop
    let socket: Socket
    let configuration: HTTPServerConfiguration
    let log: Log
    nonisolated let remoteAddress: String

    var phase = Phase.serving
    let parser: HTTPParser
    var scanner: HTTPHeadScanner
    var isInHead = true
    /// Received but not parsed yet; about one read at most.
    var unparsed: [UInt8] = []
    var exchange: HTTPExchange?
    var lastExchange: UInt64 = 0
    /// A request that waits for the connection's task.
    var request: HTTPRequest?
    var hasPeerEnded = false
    var isDraining = false
    var lastProgress: UInt64 = 0
    var timer: LoopTimer?
    var webSocket: WebSocketConnection?

    /// The connection's task waits here: a request, the end of an exchange, the end of all.
    let lifecycle: LoopCondition
    /// A handler waits here for the body.
    let input: LoopCondition
    /// Handlers wait here for room in the output.
    let output: LoopCondition

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(loop: EventLoop, socket: Socket, configuration: HTTPServerConfiguration, log: Log) {
        self.loop = loop
        self.socket = socket
        self.configuration = configuration
        self.log = log
        remoteAddress = socket.remoteHost
        parser = HTTPParser(.request, maxFields: configuration.maxHeaderFields)
        scanner = HTTPHeadScanner(limit: configuration.maxHeaderBytes)
        lifecycle = LoopCondition(loop: loop)
        input = LoopCondition(loop: loop)
        output = LoopCondition(loop: loop)
    }

    /// Begins to read.
    func start() {
        socket.highWater = configuration.sendHighWater
        socket.onEvent = { event in self.handle(event) }
        lastProgress = loop.now
        let timer = LoopTimer(loop: loop) { self.watch() }
        self.timer = timer
        timer.start(milliseconds: configuration.headerTimeout.loopMilliseconds)
        socket.setReading(true)
    }

    /// Answers requests until the connection is over. Each handler runs in a child task, which is cancelled when
    /// the connection goes.
    func serve(_ handler: @escaping @Sendable (HTTPRequest, HTTPResponder) async throws -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            while let request = await nextRequest() {
                let responder = HTTPResponder(connection: self, exchange: request.body.exchange, request: request)
                group.addTask {
                    do {
                        try await handler(request, responder)
                        await self.handled(request, error: nil)
                    } catch {
                        await self.handled(request, error: error)
                    }
                }
                await untilHandled(request.body.exchange)
                if phase == .gone { group.cancelAll() }
                await group.next()
            }
        }
        while phase != .gone { await lifecycle.waitUncancelled(isolation: self) }
    }

    private func nextRequest() async -> HTTPRequest? {
        while phase == .serving {
            settle()
            if let next = request {
                request = nil
                return next
            }
            await lifecycle.waitUncancelled(isolation: self)
        }
        return nil
    }

    private func untilHandled(_ id: UInt64) async {
        while phase != .gone, exchange?.id == id, exchange?.isHandled == false {
            await lifecycle.waitUncancelled(isolation: self)
        }
    }

    // MARK: From the socket

    private func handle(_ event: Socket.Event) {
        switch event {
        case .received(let bytes):
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
        unparsed = []
        request = nil
        if exchange?.isBodyComplete == false { exchange?.bodyError = reason ?? .connectionLost }
        lifecycle.notifyAll()
        input.notifyAll()
        output.notifyAll()
    }

    /// Ends in good order once the output has left.
    /// - Parameter isIdle: between requests, so that the client has nothing left to read.
    func end(isIdle: Bool = false) {
        guard phase == .serving else { return }
        phase = .ending
        if isIdle && socket.pendingBytes == 0 { socket.close() } else { socket.finish() }
        lifecycle.notifyAll()
        input.notifyAll()
    }

    // MARK: Stopping

    /// Takes no new request; what runs may finish.
    func drain() {
        isDraining = true
        if let webSocket {
            webSocket.assumeIsolated { $0.beginClosing(code: 1001, reason: "the server stops") }
        } else if exchange == nil {
            end(isIdle: !scanner.hasBegun)
        } else {
            exchange?.closes = true
        }
    }

    /// Cuts the connection off.
    func abort() {
        if let webSocket {
            webSocket.assumeIsolated { $0.abort() }
        } else {
            socket.close(.connectionLost)
        }
    }

    // MARK: Time

    /// Looks whether the client took too long, and when to look again.
    private func watch() {
        guard phase == .serving else { return }
        let idle = configuration.idleTimeout.loopMilliseconds
        let waited = loop.now - min(lastProgress, loop.now)
        guard let exchange else {
            watchHead()
            return
        }
        let stalls = exchange.isBodyAwaited || socket.pendingBytes > 0 || exchange.isHandled
        guard stalls, waited >= idle else {
            timer?.start(milliseconds: stalls ? idle - waited : idle)
            return
        }
        if exchange.isBodyAwaited && socket.pendingBytes == 0 {
            breakBody(.timedOut)
            timer?.start(milliseconds: idle)
        } else {
            socket.close(.timedOut)
        }
    }

    private func watchHead() {
        if scanner.hasBegun {
            refuse(HTTPError(408, "The request took too long to arrive."))
        } else {
            end(isIdle: true)
        }
    }
}
