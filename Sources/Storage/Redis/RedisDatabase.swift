import VoicePipeline
import VoiceProtocol

/// A Redis that several servers share: one connection, one thread, opened anew when it breaks.
///
/// ```
///  connected ──fails──► away ──a call, once the wait is over──► connected
///                        │ a call before: fails at once, so that a Redis that is gone costs a turn one wait at most
/// ```
/// A call that failed is not repeated: Redis may have done it.
public actor RedisDatabase {
    /// How long things may take, seconds.
    public struct Timing: Sendable {
        public var connect = 1.0
        public var command = 2.0
        /// Between attempts to connect, milliseconds: the first and the longest wait.
        public var firstWait = 250
        public var longestWait = 5000

        public init() {}
    }

    private let thread: StorageThread
    private let address: RedisAddress
    private let timing: Timing
    private let log: Log
    private var connection: RedisConnection?
    private var backoff: Backoff
    private var nextAttempt = ContinuousClock.now
    private var isAway = false

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        thread.asUnownedSerialExecutor()
    }

    /// Makes the database; connects at the first call.
    public init(_ address: RedisAddress, timing: Timing = Timing(), log: Log) throws(StorageError) {
        let thread = try StorageThread(name: "redis")
        self.thread = thread
        self.address = address
        self.timing = timing
        self.log = log.with(["redis": .text(address.name)])
        backoff = Backoff(first: timing.firstWait, limit: timing.longestWait)
    }

    /// Sees whether Redis is there and takes the password.
    public func check() throws(StorageError) {
        _ = try run([Array("PING".utf8)])
    }

    /// Runs one command.
    /// - Parameter arguments: any bytes; the first is the command's name.
    func run(_ arguments: [[UInt8]]) throws(StorageError) -> RedisValue {
        let connection = try connected()
        do {
            return try connection.run(arguments)
        } catch {
            if !connection.isAlive { lost(error) }
            throw error
        }
    }

    /// Runs one command; for tests.
    package func run(raw arguments: String...) throws(StorageError) {
        _ = try run(arguments.map { Array($0.utf8) })
    }

    /// Runs one script, which nothing else comes between.
    /// - Parameters:
    ///   - keys: what the script reads and changes.
    ///   - values: its other arguments.
    func run(_ script: RedisScript, keys: [String], _ values: RedisArgument...) throws(StorageError) -> RedisValue {
        let head = ["EVAL", script.text, "\(keys.count)"] + keys
        return try run(head.map { Array($0.utf8) } + values.map(\.bytes))
    }

    private func connected() throws(StorageError) -> RedisConnection {
        // Redis may have been started anew since the last call.
        if let connection, connection.isAlive { return connection }
        connection = nil
        guard ContinuousClock.now >= nextAttempt else {
            throw .unreachable("Redis at \(address.name) is away; it is tried again in a moment.")
        }
        do {
            let made = try RedisConnection(address, seconds: timing.connect)
            made.setTimeout(seconds: timing.command)
            connection = made
            backoff.reset()
            if isAway { log.info("Redis is back") }
            isAway = false
            return made
        } catch {
            lost(error)
            throw error
        }
    }

    private func lost(_ error: StorageError) {
        connection = nil
        nextAttempt = .now + .milliseconds(backoff.next(random: .random(in: .min ... .max)))
        if !isAway { log.error("Redis is away", ["reason": .text("\(error)")]) }
        isAway = true
    }
}

/// An argument of a script.
enum RedisArgument: Sendable {
    case text(String)
    case integer(Int)
    case real(Double)
    case data([UInt8])

    var bytes: [UInt8] {
        switch self {
        case .text(let text): Array(text.utf8)
        case .integer(let number): Array("\(number)".utf8)
        case .real(let number): Array("\(number)".utf8)
        case .data(let bytes): bytes
        }
    }
}
