/// Opens WebSockets to servers.
public struct WebSocketClient: Sendable {
    private let loop: EventLoop
    private let configuration: WebSocketConfiguration
    private let trust: TLSTrust
    private let connectTimeout: Duration

    /// - Parameters:
    ///   - loop: where the sockets live; without one the client starts its own.
    ///   - trust: whose certificates are believed at `wss://`.
    ///   - connectTimeout: for the connection and the handshakes.
    /// - Throws: `TransportError.system` when no loop can be started.
    public init(
        loop: EventLoop? = nil, configuration: WebSocketConfiguration = .init(),
        trust: TLSTrust = .system, connectTimeout: Duration = .seconds(10)
    ) throws(TransportError) {
        if let loop { self.loop = loop } else { self.loop = try EventLoop(name: "websocket") }
        self.configuration = configuration
        self.trust = trust
        self.connectTimeout = connectTimeout
    }

    /// Connects, runs the closure with the open WebSocket, and closes it when the closure returns (1000) or
    /// throws (1011).
    /// - Parameters:
    ///   - url: `ws://host[:port]/path`, or `wss://` with TLS; the server's certificate must be for this host.
    ///   - headers: sent with the handshake.
    /// - Returns: what the closure returns.
    /// - Throws: `TransportError.invalidURL`, `.unknownHost`, `.unreachable`, `.untrustedCertificate`, `.tlsFailed`,
    ///   `.unusableCertificate`, `.handshakeRefused`, `.handshakeInvalid`, `.timedOut`; what the closure throws.
    @discardableResult
    public func connect<Value: Sendable>(
        url: String, headers: HTTPHeaders = [:], isolation: isolated (any Actor)? = #isolation,
        _ body: (WebSocket) async throws -> Value
    ) async throws -> Value {
        let address = try WebSocketURL(url)
        let connection = try await WebSocketOpening.open(
            address, headers: headers, loop: loop, configuration: configuration, trust: trust,
            timeout: connectTimeout)
        do {
            let value = try await body(WebSocket(connection: connection))
            await connection.close(code: 1000, reason: "")
            return value
        } catch {
            if Task.isCancelled {
                await connection.leave(code: 1001)
            } else {
                await connection.close(code: 1011, reason: "")
            }
            throw error
        }
    }
}
