import VoicePipeline

/// Listens, and has the requests of the connections answered, on the server's loop.
actor HTTPAcceptor {
    private let loop: EventLoop
    private let configuration: HTTPServerConfiguration
    private let log: Log
    private let connections: HTTPConnections
    private var listeners: [Listener] = []
    private var isDraining = false
    /// What is still there is no longer waited for.
    private var isOver = false
    private var drainTimer: LoopTimer?

    /// After the drain timeout, from the last word to the cut and from there to the end, in milliseconds.
    private static let grace: UInt64 = 500

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(loop: EventLoop, configuration: HTTPServerConfiguration, log: Log, counters: TransportCounters) {
        self.loop = loop
        self.configuration = configuration
        self.log = log
        connections = HTTPConnections(loop: loop, configuration: configuration, log: log, counters: counters)
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
        let connections = self.connections
        let listener = Listener(loop: loop)
        listeners.append(listener)
        do {
            return try listener.listen(on: address) { socket in connections.accept(socket, identity) }
        } catch {
            guard wanted.isOptional, error == .addressInUse(host: address.host, port: port) else { throw error }
            listener.close()
            log.warning(
                "port taken by another program; the server does without it",
                ["host": .text(host), "port": .int(port), "encrypted": .text(identity == nil ? "no" : "yes")])
            return nil
        }
    }

    /// Has each request answered in a task of its own. A connection without a request has none.
    func serve(_ handler: @escaping HTTPServer.Handler) async {
        let connections = self.connections
        await withDiscardingTaskGroup { group in
            while true {
                let count = connections.changed.count
                if isDraining && connections.isEmpty { return }
                for connection in connections.takeWaiting() {
                    group.addTask { await connection.perform(handler) }
                }
                await connections.changed.waitUncancelled(since: count, isolation: self)
            }
        }
    }

    /// Waits for the end: everything drained, or the time for it over.
    func untilDrained() async {
        while true {
            let count = connections.changed.count
            if isOver || (isDraining && connections.isEmpty) { break }
            await connections.changed.waitUncancelled(since: count, isolation: self)
        }
        drainTimer?.close()
        drainTimer = nil
    }

    /// Accepts no more, lets what runs finish, and cuts off what takes too long.
    func drain() {
        guard !isDraining else { return }
        isDraining = true
        for listener in listeners { listener.close() }
        connections.forEach { $0.drain() }
        let timer = LoopTimer(loop: loop) { self.cutOff() }
        drainTimer = timer
        timer.start(milliseconds: configuration.drainTimeout.loopMilliseconds)
        connections.changed.notifyAll()
    }

    private func cutOff() {
        if connections.count > 0 {
            log.warning("connections cut off after the drain timeout", ["count": .int(connections.count)])
        }
        connections.forEach { $0.leave() }
        restart { self.abort() }
    }

    private func abort() {
        connections.forEach { $0.abort() }
        restart { self.giveUp() }
    }

    private func giveUp() {
        if !connections.isEmpty { log.warning("a handler that was cancelled has not returned; it is left behind") }
        isOver = true
        connections.changed.notifyAll()
    }

    private func restart(_ then: @escaping () -> Void) {
        drainTimer?.close()
        let timer = LoopTimer(loop: loop, onFire: then)
        drainTimer = timer
        timer.start(milliseconds: HTTPAcceptor.grace)
    }
}
