import Transport

/// A bare TCP client on 127.0.0.1, for what no well-behaved client does.
public actor LoopbackPeer {
    /// Why reading failed.
    public enum Failure: Error, Equatable {
        /// The other side ended the stream or the connection; here is what had come.
        case ended(String)
        /// What was waited for did not come within ten seconds; here is what had come.
        case timedOut(String)
    }

    let loop: EventLoop
    let socket: Socket
    private var received: [UInt8] = []
    /// Where in `received` the bytes begin that were not read yet.
    private var start = 0
    private var reply: (heard: [UInt8], answer: [UInt8])?
    private var hasEnded = false
    private var isOverdue = false
    private let changed: LoopCondition
    /// Sends again and again.
    var repetition: LoopTimer?
    /// Begins to read again.
    var pause: LoopTimer?
    var pauseAfterRead: UInt64?

    /// The peer lives on its loop.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private init(loop: EventLoop, socket: Socket) {
        self.loop = loop
        self.socket = socket
        changed = LoopCondition(loop: loop)
    }

    /// Connects to a port of this machine.
    /// - Parameters:
    ///   - opening: sent at once, however busy the machine is.
    ///   - certificate: a PEM file; with it the peer speaks TLS, and everything it sends and gets is inside.
    public static func connect(
        port: Int, opening: String = "", certificate: String? = nil
    ) async throws -> LoopbackPeer {
        let loop = try EventLoop(name: "peer")
        return try await withTaskExecutorPreference(loop) {
            let socket = try await Socket.connect(loop: loop, host: "127.0.0.1", port: port, timeout: .seconds(5))
            let peer = LoopbackPeer(loop: loop, socket: socket)
            try await peer.begin(Array(opening.utf8), try certificate.map { try TLSContext.client(.file($0)) })
            return peer
        }
    }

    private func begin(_ opening: [UInt8], _ context: TLSContext?) throws {
        socket.onEvent = { event in
            switch event {
            case .received(let bytes):
                self.received.append(contentsOf: bytes)
                if let reply = self.reply, bytes.elementsEqual(reply.heard) { self.socket.write(reply.answer) }
                if let time = self.pauseAfterRead { self.pauseReading(forMilliseconds: time) }
            case .ended:
                self.hasEnded = true
                self.socket.close()
            case .closed:
                self.hasEnded = true
                self.stopRepeating()
                self.pause?.close()
            case .progressed: break
            }
            self.changed.notifyAll()
        }
        if let context { try socket.startTLS(client: context, host: "127.0.0.1") }
        socket.write(opening)
        socket.setReading(true)
    }

    /// Sends an answer at once, however busy the machine is, whenever exactly these bytes come together.
    public func answer(_ heard: [UInt8], with answer: [UInt8]) {
        reply = (heard, answer)
    }

    /// Answers nothing by itself any more.
    public func stopAnswering() {
        reply = nil
    }

    /// Sends bytes.
    public func send(_ bytes: [UInt8]) {
        socket.write(bytes)
    }

    /// Sends text as UTF-8.
    public func send(_ text: String) {
        socket.write(Array(text.utf8))
    }

    /// Sends byte by byte, each in a packet of its own turn.
    public func trickle(_ bytes: [UInt8]) async {
        for byte in bytes {
            socket.write([byte])
            socket.flush()
            await Task.yield()
        }
    }

    /// Bytes that have come and were not read.
    public var unread: Int { received.count - start }

    /// Bytes that the kernel does not take because the other side does not read.
    public var unsent: Int { socket.pendingBytes }

    /// Reads until something is there.
    /// - Parameter complete: how many bytes make it up; nil while it is not complete.
    /// - Throws: `Failure`.
    public func read(_ complete: @Sendable (ArraySlice<UInt8>) -> Int?) async throws -> [UInt8] {
        isOverdue = false
        let timer = LoopTimer(loop: loop) {
            self.isOverdue = true
            self.changed.notifyAll()
        }
        timer.start(milliseconds: 10_000)
        defer { timer.close() }
        while true {
            let count = changed.count
            let waiting = received[start...]
            if let length = complete(waiting), length <= waiting.count {
                start += length
                return Array(waiting.prefix(length))
            }
            if hasEnded { throw Failure.ended(String(decoding: waiting, as: UTF8.self)) }
            if isOverdue { throw Failure.timedOut(String(decoding: waiting.prefix(400), as: UTF8.self)) }
            received.removeFirst(start)
            start = 0
            try await changed.wait(since: count, isolation: self)
        }
    }

    /// Reads so many bytes.
    public func read(count: Int) async throws -> [UInt8] {
        try await read { $0.count >= count ? count : nil }
    }

    /// Reads up to and with a text.
    public func read(through text: String) async throws -> String {
        let end = Array(text.utf8)
        let bytes = try await read { bytes in
            guard bytes.count >= end.count else { return nil }
            return (bytes.startIndex...(bytes.endIndex - end.count)).first { bytes[$0...].starts(with: end) }
                .map { $0 + end.count - bytes.startIndex }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads until the other side ends.
    public func readToEnd() async throws -> String {
        do {
            _ = try await read { _ in nil }
            return ""
        } catch Failure.ended(let text) {
            received = []
            start = 0
            return text
        }
    }

    /// Whether the other side has ended or cut the connection.
    public var isEnded: Bool { hasEnded }

    /// Takes bytes from the kernel, or leaves them there.
    public func setReading(_ wanted: Bool) {
        socket.setReading(wanted)
    }

    /// Sends the end of the stream but goes on reading.
    public func endOutput() {
        socket.endOutput()
    }

    /// Vanishes.
    public func close() {
        socket.close()
    }
}
