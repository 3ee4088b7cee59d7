import Transport
import VoicePipeline
import VoiceProtocol

/// The documented WebSocket protocol at `/ws`: translates frames to a `Conversation` and its events to frames.
///
/// At rest a connection is one task, which reads. A turn is a child task of it; when the client goes, or the session
/// is taken over, the reader ends, and that ends the turn. Only then is the session free for another connection.
/// - Source: Hotpin protocol, sections 3 to 5 and 7.
public final class HotpinDoor: Sendable {
    let engines: SessionEngines
    let limits: SessionLimits
    private let directory: SessionDirectory
    private let authenticator: Authenticator
    let clock: any Clock<Duration>
    private let log: Log

    /// A client that answers no pings but is still connected after so long has heard an announcement. Longer than it
    /// takes to notice that a connection is dead.
    private static let confirmation = Duration.seconds(60)

    public init(
        engines: SessionEngines, limits: SessionLimits, directory: SessionDirectory, authenticator: Authenticator,
        clock: any Clock<Duration> = ContinuousClock(), log: Log
    ) {
        self.engines = engines
        self.limits = limits
        self.directory = directory
        self.authenticator = authenticator
        self.clock = clock
        self.log = log
    }

    /// Serves one connection until the client leaves or the task is cancelled.
    /// - Parameter visitor: who opened it.
    public func serve(_ socket: WebSocket, _ visitor: Visitor) async throws {
        var messages = socket.messages.makeAsyncIterator()
        guard let handshake = try await handshake(of: socket, &messages) else { return }
        guard let connection = try await enter(socket, visitor, handshake) else { return }
        do {
            try await converse(connection, &messages)
        } catch {
            lost(connection, error)
        }
        await leave(connection)
    }

    /// Opens the session; nil if the client may not come in, or has left.
    // Apart from what follows, as the other parts of a connection are: a function that waits keeps room for all that it
    // ever holds, and a session waits nearly always.
    @inline(never)
    private func enter(
        _ socket: WebSocket, _ visitor: Visitor, _ handshake: HotpinHandshake
    ) async throws -> HotpinConnection? {
        guard let (admission, hold) = await admit(visitor, handshake, socket) else { return nil }
        let id = SessionKey.make(scope: admission.identity.scope, id: handshake.text)
        let floor = TurnFloor()
        let writer = writer(socket, handshake, floor)
        let session = open(socket, handshake, id, visitor.address, floor, writer)
        guard let ticket = await directory.open(session) else {
            // Taken over meanwhile: then this fails, and the client was told why.
            hold.end()
            try await socket.send(error: HotpinMessage.stopping)
            await session.close(.stopping)
            return nil
        }
        let isOpus = handshake.agreement?.format == .opus
        let connection = HotpinConnection(
            session, ticket, hold, socket: socket, writer: writer, directory: directory,
            packets: isOpus ? engines.packets : nil, meter: meter(handshake))
        log(of: session).info("session opened", ["address": .text(visitor.address)])
        do {
            let connected = HotpinServerFrame.connected(
                sessionID: handshake.sessionID, agreement: handshake.agreement)
            try await socket.send(text: connected.encoded())
            await directory.opened(ticket)
            return connection
        } catch {
            lost(connection, error)
            await leave(connection)
            return nil
        }
    }

    @inline(never)
    private func leave(_ connection: HotpinConnection) async {
        let session = connection.session
        // Nobody listens any more: what runs is for nothing. Another connection must not begin before it has ended.
        await session.conversation.end()
        await session.conversation.untilRestRegardless()
        await directory.leave(connection.ticket)
        connection.hold.end()
        log(of: session).info("session closed")
    }

    private func lost(_ connection: HotpinConnection, _ error: any Error) {
        log(of: connection.session).debug("connection lost", ["reason": .text("\(error)")])
    }

    private func log(of session: OpenSession) -> Log { log.with(["session": .text(session.id)]) }

    /// Lets the client in for as long as its key is in force; nil closes the door.
    @inline(never)
    private func admit(
        _ visitor: Visitor, _ handshake: HotpinHandshake, _ socket: WebSocket
    ) async -> (Admission, AccessHold)? {
        do throws(AccessRefusal) {
            let admission = try await authenticator.admit(visitor, key: handshake.apiKey, door: "hotpin")
            let hold = authenticator.hold(admission) {
                let shut = AccessRefusal.wrongKey.close
                await socket.close(code: shut.code, reason: shut.reason)
            }
            if let hold { return (admission, hold) }
            throw .wrongKey
        } catch {
            await socket.close(code: error.close.code, reason: error.close.reason)
            return nil
        }
    }

    @inline(never)
    private func writer(
        _ socket: WebSocket, _ handshake: HotpinHandshake, _ floor: TurnFloor
    ) -> any SessionWriter {
        guard handshake.streamsAudio else {
            return HotpinWriter(
                socket, handshake, floor: floor, sampleRate: limits.outputRate, clock: clock, metrics: engines.metrics)
        }
        return StreamWriter(
            socket, handshake, floor: floor, sampleRate: limits.outputRate, packets: engines.packets, clock: clock)
    }

    /// Sound costs work at once where it is encoded or listened to.
    private func meter(_ handshake: HotpinHandshake) -> AudioMeter? {
        guard let agreement = handshake.agreement, agreement.format == .opus || agreement.turns == .auto else {
            return nil
        }
        return AudioMeter(speed: limits.audioSpeed, longest: limits.utteranceSeconds, clock: clock)
    }

    @inline(never)
    private func open(
        _ socket: WebSocket, _ handshake: HotpinHandshake, _ id: String, _ address: String, _ floor: TurnFloor,
        _ writer: any SessionWriter
    ) -> OpenSession {
        let silence = handshake.handsFree ? SilenceWatch() : nil
        let conversation = Conversation(
            session: id, engines: engines, limits: limits, mode: SessionMode(handshake.agreement),
            recovery: handshake.handsFree ? RecoveryPolicy() : nil, clock: clock, log: log, floor: floor,
            playback: writer, admission: { [directory] in await directory.refusal(for: id, at: address) }
        ) { event in
            if case .speechStarted = event.kind { silence?.stir() }
            await writer.write(event)
        }
        return OpenSession(
            id: id, address: address, conversation: conversation,
            wantsAnnouncements: handshake.announcements || handshake.handsFree, silence: silence,
            run: { work in await writer.run(work) }, confirm: { turn in await self.confirms(turn, socket, writer) }
        ) { closing in await socket.startClosing(code: closing.code, reason: closing.reason) }
    }

    /// Waits until the client has answered the ping behind an announcement's audio.
    /// - Returns: false if the connection ended before.
    private func confirms(_ turn: Int, _ socket: WebSocket, _ writer: any SessionWriter) async -> Bool {
        guard let ping = await writer.ping(of: turn) else { return false }
        return await withTaskGroup(of: Bool.self) { group in
            group.addTask { (try? await socket.answered(ping: ping)) ?? false }
            group.addTask { [clock] in
                try? await clock.sleep(for: Self.confirmation)
                return !Task.isCancelled
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }

    private func converse(
        _ connection: HotpinConnection, _ messages: inout WebSocketMessages.AsyncIterator
    ) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            defer { group.cancelAll() }
            while let message = try await messages.next() {
                if let work = try await take(message, connection) { group.addTask { await work() } }
            }
        }
    }

    /// - Returns: what is to be done now, and with it what sending needs.
    @inline(never)
    private func take(_ message: WebSocketMessage, _ connection: HotpinConnection) async throws -> Conversation.Work? {
        let (session, writer) = (connection.session, connection.writer)
        session.stir()
        let takesTurns = session.conversation.mode.takesTurns
        // A microphone that is always open sends sound when nobody speaks: there, speech counts.
        if message.isText || !takesTurns { session.silence?.stir() }
        guard let work = try await connection.take(message) else { return nil }
        let isTurn = message.isText || takesTurns
        return {
            await writer.run(work)
            if isTurn, let silence = session.silence { await self.awaitReply(session, silence, writer) }
        }
    }

    /// Asks once whether anyone is there when an answer is followed by silence. The answer is still being played when
    /// it was sent.
    private func awaitReply(_ session: OpenSession, _ silence: SilenceWatch, _ writer: any SessionWriter) async {
        guard limits.stillThere > .zero else { return }
        guard await silence.isSilent(for: limits.stillThere + writer.remaining(), clock: clock) else { return }
        if let work = await session.conversation.announce(RecoveryPolicy.stillThere).work { await writer.run(work) }
    }
}

extension WebSocketMessage {
    fileprivate var isText: Bool { if case .text = self { true } else { false } }
}

extension HotpinHandshake {
    /// The session's id.
    fileprivate var text: String { String(decoding: sessionID, as: UTF8.self) }
}
