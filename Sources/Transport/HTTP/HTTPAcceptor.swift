import VoicePipeline

/// The server's connections, on its loop.
actor HTTPAcceptor {
    private let loop: EventLoop
    private let configuration: HTTPServerConfiguration
    private let log: Log
    private var listeners: [Listener] = []
    private var waiting: [HTTPConnection] = []
    private var connections: [ObjectIdentifier: HTTPConnection] = [:]
    private var isDraining = false
    private var drainTimer: LoopTimer?
    private let changed: LoopCondition

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(loop: EventLoop, configuration: HTTPServerConfiguration, log: Log) {
        self.loop = loop
        self.configuration = configuration
        self.log = log
        changed = LoopCondition(loop: loop)
    }

    /// - Returns: the addresses.
    func listen() async throws -> Listening {
        var addresses: [ListeningAddress] = []
        do {
            for wanted in configuration.listeners {
                if let port = try await listen(wanted) {
                    addresses.append(
                        ListeningAddress(host: wanted.host, port: port, isEncrypted: wanted.identity != nil))
                }
            }
            guard !addresses.isEmpty else { throw TransportError.noListener }
        } catch {
            for listener in listeners { listener.close() }
            listeners = []
            throw error
        }
        return Listening(addresses: addresses)
    }

    /// - Returns: the port; nil when it is taken and not needed.
    private func listen(_ wanted: HTTPListener) async throws -> Int? {
        let (host, port, identity) = (wanted.host, wanted.port, wanted.identity)
        let addresses = try await loop.offload { try SocketAddress.resolve(host: host, port: port) }
        guard let address = addresses.first else { throw TransportError.unknownHost(host) }
        let listener = Listener(loop: loop)
        listeners.append(listener)
        do {
            return try listener.listen(on: address) { socket in self.accept(socket, identity) }
        } catch {
            guard wanted.isOptional, error == .addressInUse(host: address.host, port: port) else { throw error }
            listener.close()
            log.warning(
                "port taken by another program; the server does without it",
                ["host": .text(host), "port": .int(port), "encrypted": .text(identity == nil ? "no" : "yes")])
            return nil
        }
    }

    /// Runs the connections until the server is drained.
    func serve(_ handler: @escaping HTTPServer.Handler) async {
        await withDiscardingTaskGroup { group in
            while let connection = await nextConnection() {
                group.addTask {
                    await connection.serve(handler)
                    await self.remove(connection)
                }
            }
        }
        drainTimer?.close()
        drainTimer = nil
    }

    private func nextConnection() async -> HTTPConnection? {
        while true {
            if let next = waiting.popLast() { return next }
            if isDraining { return nil }
            await changed.waitUncancelled(isolation: self)
        }
    }

    private func accept(_ socket: Socket, _ identity: TLSIdentity?) {
        if let identity {
            do {
                try socket.startTLS(server: identity.context, plainAnswer: HTTPAcceptor.answerToPlainText)
            } catch {
                log.warning("a connection could not be encrypted", ["error": .text(String(describing: error))])
                socket.close(error)
                return
            }
        }
        let connection = HTTPConnection(loop: loop, socket: socket, configuration: configuration, log: log)
        let isFull = connections.count >= configuration.maxConnections
        connections[ObjectIdentifier(connection)] = connection
        waiting.append(connection)
        connection.assumeIsolated { connection in
            connection.start()
            if isFull { connection.refuse(HTTPError(503, "The server has too many connections; try again later.")) }
        }
        if isFull {
            log.warning("too many connections", ["limit": .int(configuration.maxConnections)])
        }
        changed.notifyAll()
    }

    /// For a client that speaks HTTP to a port of TLS.
    private static func answerToPlainText() -> [UInt8] {
        let error = HTTPError(400, "This port speaks TLS; use https:// here, or wss:// for a WebSocket.")
        let head = HTTPResponseHead(
            status: error.status, headers: ["Content-Type": "application/json"], framing: .length(error.json.count),
            closes: true, date: HTTPResponseHead.date())
        return ((try? head.encoded()) ?? []) + error.json
    }

    private func remove(_ connection: HTTPConnection) {
        connections[ObjectIdentifier(connection)] = nil
    }

    /// Accepts no more, lets what runs finish, and cuts off what takes too long.
    func drain() {
        guard !isDraining else { return }
        isDraining = true
        for listener in listeners { listener.close() }
        for connection in connections.values { connection.assumeIsolated { $0.drain() } }
        let timer = LoopTimer(loop: loop) { self.cutOff() }
        drainTimer = timer
        timer.start(milliseconds: configuration.drainTimeout.loopMilliseconds)
        changed.notifyAll()
    }

    private func cutOff() {
        if !connections.isEmpty {
            log.warning("connections cut off after the drain timeout", ["count": .int(connections.count)])
        }
        for connection in connections.values { connection.assumeIsolated { $0.abort() } }
    }
}
