import Transport
import VoicePipeline
import VoiceServer
import VoiceTesting

/// A server with scripted engines on a free port.
struct ServerUnderTest: Sendable {
    let port: Int
    let directory: SessionDirectory

    /// Serves while `body` runs.
    static func run<Value: Sendable>(
        recognizer: any SpeechRecognizer = FakeRecognizer("hello"), brain: any Brain = FakeBrain("Hi."),
        synthesizer: any SpeechSynthesizer = FakeSynthesizer(), detector: (any VoiceActivityDetector)? = nil,
        packets: (any PacketCodec)? = nil, store: any ConversationStore = MemoryConversationStore(),
        limits: SessionLimits = SessionLimits(), sessions: SessionDirectory.Limits? = nil,
        clock: any Clock<Duration> = ContinuousClock(), log: Log = .none,
        webRoot: String = "/nonexistent", authenticator: Authenticator = Authenticator(),
        _ body: @escaping @Sendable (ServerUnderTest) async throws -> Value
    ) async throws -> Value {
        var generous = SessionDirectory.Limits()
        generous.turnsPerMinute = 6000
        generous.turnsPerMinutePerAddress = 60_000
        let engines = SessionEngines(
            recognizer: recognizer, brain: brain, synthesizer: synthesizer, resampler: NearestResampler(), store: store,
            detector: detector, packets: packets)
        let directory = SessionDirectory(
            limits: sessions ?? generous, clock: clock, metrics: engines.metrics, log: log)
        let routes = Routes(
            door: HotpinDoor(
                engines: engines, limits: limits, directory: directory, authenticator: authenticator, clock: clock,
                log: log),
            status: ServerStatus(clock: SystemWallClock()),
            watch: WatchDoor(
                metrics: engines.metrics, authenticator: authenticator,
                report: {
                    StatusReport(
                        metrics: engines.metrics, liveness: Liveness(),
                        errors: RecentErrors(clock: SystemWallClock()),
                        uptime: .seconds(1), models: [:], lastRun: .clean)
                }), webRoot: webRoot, authenticator: authenticator)
        let listening = PortLatch()
        let server = HTTPServer(
            configuration: HTTPServerConfiguration(port: 0), log: log, onListening: { listening.set($0.port) },
            handler: routes.handle)
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                try await server.run()
                return nil
            }
            group.addTask {
                await directory.run()
                return nil
            }
            group.addTask {
                let port = await listening.wait()
                return try await body(ServerUnderTest(port: port, directory: directory))
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let value = result { return value }
            }
            throw CancellationError()
        }
    }

    /// Opens a connection, makes the handshake, and hands over the peer.
    func talk<Value: Sendable>(
        as session: String = "s", options: String = "", _ body: (TalkingClient) async throws -> Value
    ) async throws -> Value {
        try await connect { client in
            try await client.send(#"{"session_id":"\#(session)"\#(options)}"#)
            _ = try await client.next()
            return try await body(client)
        }
    }

    /// Opens a connection.
    func connect<Value: Sendable>(
        headers: HTTPHeaders = [:], _ body: (TalkingClient) async throws -> Value
    ) async throws -> Value {
        try await WebSocketClient().connect(url: "ws://127.0.0.1:\(port)/ws", headers: headers) { socket in
            try await body(TalkingClient(socket))
        }
    }
}

/// A port that becomes known once.
final class PortLatch: Sendable {
    private let known = Latch()
    private let port = Guarded(0)

    func set(_ number: Int) {
        port.withLock { $0 = number }
        known.set()
    }

    func wait() async -> Int {
        await known.wait()
        return port.withLock { $0 }
    }
}

/// The client's end of a connection, message by message.
final class TalkingClient {
    private let socket: WebSocket
    private var messages: WebSocketMessages.AsyncIterator

    init(_ socket: WebSocket) {
        self.socket = socket
        messages = socket.messages.makeAsyncIterator()
    }

    func send(_ text: String) async throws { try await socket.send(text: text) }
    func send(_ bytes: [UInt8]) async throws { try await socket.send(binary: bytes) }

    /// The next message as it is.
    func nextMessage() async throws -> WebSocketMessage? { try await messages.next() }

    /// The next message: a text as it is, audio as "N bytes".
    func next() async throws -> String? {
        switch try await messages.next() {
        case .text(let text)?: String(decoding: text, as: UTF8.self)
        case .binary(let bytes)?: "\(bytes.count) bytes"
        case nil: nil
        }
    }

    /// All messages up to and with the one that ends a turn.
    func turn() async throws -> [String] {
        var seen: [String] = []
        while let message = try await next() {
            seen.append(message)
            if message.hasPrefix(#"{"status":"complete"#) || message.hasPrefix(#"{"status":"error"#) { break }
        }
        return seen
    }

    /// Why the connection ended; nil while it stands.
    var closeCode: UInt16? { socket.closeCode }
}
