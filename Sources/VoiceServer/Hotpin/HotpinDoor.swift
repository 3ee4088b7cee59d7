import Transport
import VoicePipeline
import VoiceProtocol

/// The documented WebSocket protocol at `/ws`: translates frames to a `Conversation` and its events to frames.
///
/// One connection is three tasks: the reader feeds the conversation, the conversation runs turns, the writer sends
/// events. The reader ends when the client goes; that ends the others.
/// - Source: Hotpin protocol, sections 3 to 5 and 7.
public struct HotpinDoor: Sendable {
    private let engines: SessionEngines
    private let limits: SessionLimits
    private let directory: SessionDirectory
    private let clock: any Clock<Duration>
    private let log: Log

    /// Messages that are no handshake and get an error before the connection is closed.
    static let handshakeAttempts = 8

    public init(
        engines: SessionEngines, limits: SessionLimits, directory: SessionDirectory,
        clock: any Clock<Duration> = ContinuousClock(), log: Log
    ) {
        self.engines = engines
        self.limits = limits
        self.directory = directory
        self.clock = clock
        self.log = log
    }

    /// Serves one connection until the client leaves or the task is cancelled.
    public func serve(_ socket: WebSocket) async throws {
        var messages = socket.messages.makeAsyncIterator()
        guard let handshake = try await self.handshake(&messages, socket) else { return }
        let id = String(decoding: handshake.sessionID, as: UTF8.self)
        let conversation = Conversation(
            session: id, engines: engines, limits: limits, clock: clock, log: log)
        log.info("session opened", ["session": .text(id)])
        try await socket.send(text: HotpinServerFrame.connected(sessionID: handshake.sessionID).encoded())
        let ticket = handshake.announcements ? await directory.enter(conversation) : nil
        engines.metrics.sessionsOpened.count()
        engines.metrics.sessions.add(1)
        defer {
            engines.metrics.sessions.add(-1)
            log.info("session closed", ["session": .text(id)])
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await conversation.run() }
            // A failed write means that the client is gone; the reader below ends then too.
            group.addTask { try? await write(conversation, handshake, to: socket) }
            do {
                while let message = try await messages.next() {
                    try await take(message, conversation, socket)
                }
            } catch {
                log.debug("connection lost", ["session": .text(id), "reason": .text("\(error)")])
            }
            // Nobody listens any more: what runs is for nothing.
            group.cancelAll()
            if let ticket { await directory.leave(ticket) }
        }
    }

    /// Answers what comes until it is a handshake; nil if the client left or did not make one.
    private func handshake(
        _ messages: inout WebSocketMessages.AsyncIterator, _ socket: WebSocket
    ) async throws -> HotpinHandshake? {
        for _ in 0..<Self.handshakeAttempts {
            guard let message = try await messages.next() else { return nil }
            switch message {
            case .binary: try await send(HotpinMessage.handshakeFirst, to: socket)
            case .text(let text):
                do {
                    switch try HotpinClientFrame.decode(text) {
                    case .handshake(let handshake): return handshake
                    case .endOfSpeech, .reset: try await send(HotpinMessage.handshakeFirst, to: socket)
                    }
                } catch let error as HotpinFrameError {
                    try await send(HotpinMessage.text(for: error), to: socket)
                }
            }
        }
        await socket.close(code: 1008, reason: "no handshake")
        return nil
    }

    private func take(
        _ message: WebSocketMessage, _ conversation: Conversation, _ socket: WebSocket
    ) async throws {
        switch message {
        case .binary(let chunk): await conversation.append(chunk)
        case .text(let text):
            do {
                switch try HotpinClientFrame.decode(text) {
                case .endOfSpeech: await conversation.endOfSpeech()
                case .reset: await conversation.reset()
                case .handshake: try await send(HotpinMessage.handshakeTwice, to: socket)
                }
            } catch let error as HotpinFrameError {
                try await send(HotpinMessage.text(for: error), to: socket)
            }
        }
    }

    private func write(
        _ conversation: Conversation, _ handshake: HotpinHandshake, to socket: WebSocket
    ) async throws {
        var encoder = HotpinEncoder(handshake: handshake, sampleRate: limits.outputRate)
        for await event in conversation.events {
            for message in encoder.encode(event) where event.turn >= conversation.firstValidTurn {
                switch message {
                case .text(let text): try await socket.send(text: text)
                case .binary(let bytes): try await socket.send(binary: bytes)
                }
            }
            if case .done(var timeline) = event.kind {
                timeline.mark(.sent)
                engines.metrics.turnSent(timeline)
            }
        }
    }

    private func send(_ message: String, to socket: WebSocket) async throws {
        try await socket.send(text: HotpinServerFrame.error(message: Array(message.utf8)).encoded())
    }
}
