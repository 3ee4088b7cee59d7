import Transport
import VoicePipeline
import VoiceProtocol

/// The documented WebSocket protocol at `/ws`: translates frames to a `Conversation` and its events to frames.
///
/// At rest a connection is one task, which reads. A turn is a child task of it; when the client goes, or the session
/// is taken over, the reader ends, and that ends the turn. Only then is the session free for another connection.
/// - Source: Hotpin protocol, sections 3 to 5 and 7.
public struct HotpinDoor: Sendable {
    private let engines: SessionEngines
    private let limits: SessionLimits
    private let directory: SessionDirectory
    private let authenticator: Authenticator
    private let clock: any Clock<Duration>
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
        let opening = HotpinOpening(
            socket: socket, limit: limits.handshake, clock: clock, allowsOpus: engines.packets != nil)
        guard let handshake = try await opening.handshake(&messages) else { return }
        guard let (admission, hold) = await admit(visitor, handshake, socket) else { return }
        defer { hold.end() }
        let floor = TurnFloor()
        let writer = writer(socket, handshake, floor)
        let id = SessionKey.make(scope: admission.identity.scope, id: handshake.text)
        let session = open(socket, handshake, id, visitor.address, floor, writer)
        guard let ticket = await directory.open(session) else {
            // Taken over meanwhile: then this fails, and the client was told why.
            try await socket.send(error: HotpinMessage.stopping)
            await session.close(.stopping)
            return
        }
        let log = self.log.with(["session": .text(session.id)])
        log.info("session opened", ["address": .text(visitor.address)])
        do {
            let connected = HotpinServerFrame.connected(
                sessionID: handshake.sessionID, agreement: handshake.agreement)
            try await socket.send(text: connected.encoded())
            await directory.opened(ticket)
            let reader = reader(session, socket, handshake)
            try await converse(reader, &messages, writer)
        } catch {
            log.debug("connection lost", ["reason": .text("\(error)")])
        }
        // Nobody listens any more: what runs is for nothing. Another connection must not begin before it has ended.
        await session.conversation.end()
        await session.conversation.untilRestRegardless()
        await directory.leave(ticket)
        log.info("session closed")
    }

    /// Lets the client in for as long as its key is in force; nil closes the door.
    private func admit(
        _ visitor: Visitor, _ handshake: HotpinHandshake, _ socket: WebSocket
    ) async -> (Admission, AccessHold)? {
        do throws(AccessRefusal) {
            let admission = try await authenticator.admit(visitor, key: handshake.apiKey, door: "hotpin")
            let shut = AccessRefusal.wrongKey.close
            if let hold = authenticator.hold(
                admission, onRevoked: { await socket.close(code: shut.code, reason: shut.reason) })
            {
                return (admission, hold)
            }
            throw .wrongKey
        } catch {
            await socket.close(code: error.close.code, reason: error.close.reason)
            return nil
        }
    }

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

    private func reader(_ session: OpenSession, _ socket: WebSocket, _ handshake: HotpinHandshake) -> HotpinReader {
        let packets = handshake.agreement?.format == .opus ? engines.packets : nil
        let isMetered = packets != nil || session.conversation.mode.takesTurns
        let meter = AudioMeter(speed: limits.audioSpeed, longest: limits.utteranceSeconds, clock: clock)
        return HotpinReader(
            session: session, socket: socket, directory: directory, packets: packets, meter: isMetered ? meter : nil)
    }

    private func open(
        _ socket: WebSocket, _ handshake: HotpinHandshake, _ id: String, _ address: String, _ floor: TurnFloor,
        _ writer: any SessionWriter
    ) -> OpenSession {
        let silence = handshake.handsFree ? SilenceWatch() : nil
        let conversation = Conversation(
            session: id, engines: engines, limits: limits, mode: SessionMode(handshake.agreement),
            recovery: handshake.handsFree ? RecoveryPolicy() : nil, clock: clock, log: log, floor: floor,
            playback: writer, admission: { await directory.refusal(for: id, at: address) }
        ) { event in
            if case .speechStarted = event.kind { silence?.stir() }
            await writer.write(event)
        }
        return OpenSession(
            id: id, address: address, conversation: conversation,
            wantsAnnouncements: handshake.announcements || handshake.handsFree, silence: silence,
            run: { work in await writer.run(work) }, confirm: { turn in await confirms(turn, socket, writer) }
        ) { closing in await socket.startClosing(code: closing.code, reason: closing.reason) }
    }

    /// Waits until the client has answered the ping behind an announcement's audio.
    /// - Returns: false if the connection ended before.
    private func confirms(_ turn: Int, _ socket: WebSocket, _ writer: any SessionWriter) async -> Bool {
        guard let ping = await writer.ping(of: turn) else { return false }
        return await withTaskGroup(of: Bool.self) { group in
            group.addTask { (try? await socket.answered(ping: ping)) ?? false }
            group.addTask {
                try? await clock.sleep(for: Self.confirmation)
                return !Task.isCancelled
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }

    private func converse(
        _ reader: HotpinReader, _ messages: inout WebSocketMessages.AsyncIterator, _ writer: any SessionWriter
    ) async throws {
        let session = reader.session
        try await withThrowingDiscardingTaskGroup { group in
            defer { group.cancelAll() }
            var reader = reader
            while let message = try await messages.next() {
                session.stir()
                let takesTurns = session.conversation.mode.takesTurns
                // A microphone that is always open sends sound when nobody speaks: there, speech counts.
                if message.isText || !takesTurns { session.silence?.stir() }
                guard let work = try await reader.take(message) else { continue }
                let isTurn = message.isText || takesTurns
                group.addTask {
                    await writer.run(work)
                    if isTurn, let silence = session.silence { await awaitReply(session, silence, writer) }
                }
            }
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
