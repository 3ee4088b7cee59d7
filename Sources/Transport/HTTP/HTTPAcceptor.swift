import VoicePipeline

/// The server's connections, on its loop.
actor HTTPAcceptor {
    private let loop: EventLoop
    private let configuration: HTTPServerConfiguration
    private let log: Log
    private var listener: Listener?
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

    /// - Returns: the port.
    func listen() async throws -> Int {
        let (host, port) = (configuration.host, configuration.port)
        do {
            let addresses = try await loop.offload { try SocketAddress.resolve(host: host, port: port) }
            guard let address = addresses.first else { throw TransportError.unknownHost(host) }
            let listener = Listener(loop: loop)
            self.listener = listener
            return try listener.listen(on: address) { socket in self.accept(socket) }
        } catch {
            listener?.close()
            throw error
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

    private func accept(_ socket: Socket) {
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

    private func remove(_ connection: HTTPConnection) {
        connections[ObjectIdentifier(connection)] = nil
    }

    /// Accepts no more, lets what runs finish, and cuts off what takes too long.
    func drain() {
        guard !isDraining else { return }
        isDraining = true
        listener?.close()
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
