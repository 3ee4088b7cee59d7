import VoicePipeline

/// The connections of one server, and what they share. Belongs to the loop's thread.
final class HTTPConnections: @unchecked Sendable {
    let loop: EventLoop
    let configuration: HTTPServerConfiguration
    let log: Log
    let counters: TransportCounters
    /// Told when a request has come, or a connection has gone.
    let changed: LoopCondition
    private var open: [ObjectIdentifier: HTTPConnection] = [:]
    /// Connections with a request that nobody answers yet, in the order in which the requests came.
    private var waiting: [HTTPConnection] = []
    private var quota: ConnectionQuota
    /// Handlers that run.
    private var running = 0
    /// Connections that were turned away and have not read their answer yet.
    private var turnedAway = 0

    private var nextWarning: UInt64 = 0

    /// Milliseconds.
    private static let warningInterval: UInt64 = 10_000
    /// More than these are closed without an answer.
    private static let maxTurnedAway = 128

    init(loop: EventLoop, configuration: HTTPServerConfiguration, log: Log, counters: TransportCounters) {
        self.loop = loop
        self.configuration = configuration
        self.log = log
        self.counters = counters
        changed = LoopCondition(loop: loop)
        quota = ConnectionQuota(
            total: configuration.maxConnections, perAddress: configuration.maxConnectionsPerAddress)
    }

    var count: Int { open.count }
    /// Nothing is left to wait for.
    var isEmpty: Bool { open.isEmpty && running == 0 }

    /// Takes a connection, or turns it away before a byte of it is read.
    /// - Parameter identity: shown to the client, if the connection is to be encrypted.
    func accept(_ socket: Socket, _ identity: TLSIdentity?) {
        if let identity {
            do {
                try socket.startTLS(server: identity.context, plainAnswer: HTTPConnections.answerToPlainText)
            } catch {
                warn("a connection could not be encrypted", ["error": .text(error.description)])
                socket.close(error)
                return
            }
        }
        switch quota.enter(socket.remoteHost) {
        case .accepted:
            counters.accepted.add(1)
            counters.connections.add(1)
            let connection = HTTPConnection(socket: socket, shared: self)
            open[ObjectIdentifier(connection)] = connection
            connection.assumeIsolated { $0.start() }
        case .tooMany:
            counters.refusedTotal.add(1)
            warn("too many connections", ["limit": .int(configuration.maxConnections)])
            turnAway(socket, HTTPError(503, "The server has too many connections; try again later."))
        case .tooManyOfAddress:
            counters.refusedPerAddress.add(1)
            warn(
                "too many connections of one address",
                ["address": .text(socket.remoteHost), "limit": .int(configuration.maxConnectionsPerAddress)])
            turnAway(socket, HTTPError(429, "There are too many connections from your address; close some."))
        }
    }

    /// A flood of connections must not become a flood of log lines.
    private func warn(_ message: String, _ fields: KeyValuePairs<String, Log.Value>) {
        let now = loop.now
        guard now >= nextWarning else { return }
        nextWarning = now + HTTPConnections.warningInterval
        log.warning(message, fields)
    }

    private func turnAway(_ socket: Socket, _ error: HTTPError) {
        guard turnedAway < HTTPConnections.maxTurnedAway else {
            socket.close()
            return
        }
        turnedAway += 1
        socket.onEvent = { event in
            if case .closed = event { self.turnedAway -= 1 }
        }
        socket.write(error.response(["Retry-After": "5"]))
        socket.finish()
    }

    /// For a client that speaks HTTP to a port of TLS.
    private static func answerToPlainText() -> [UInt8] {
        HTTPError(400, "This port speaks TLS; use https:// here, or wss:// for a WebSocket.").response([:])
    }

    /// A connection has a request.
    func submit(_ connection: HTTPConnection) {
        waiting.append(connection)
        changed.notifyAll()
    }

    /// The connections whose requests are to be answered now.
    func takeWaiting() -> [HTTPConnection] {
        let taken = waiting
        waiting = []
        running += taken.count
        return taken
    }

    /// A handler has ended.
    func ended() {
        running -= 1
        if running == 0 { changed.notifyAll() }
    }

    /// A connection is over.
    func remove(_ connection: HTTPConnection) {
        guard open.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        counters.connections.add(-1)
        quota.leave(connection.remoteAddress)
        if open.isEmpty { changed.notifyAll() }
    }

    /// Calls with every open connection.
    func forEach(_ body: @Sendable (isolated HTTPConnection) -> Void) {
        for connection in open.values { connection.assumeIsolated(body) }
    }
}
