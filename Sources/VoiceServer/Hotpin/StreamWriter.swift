import Transport
import VoicePipeline
import VoiceProtocol

/// Sends a session's events to a client that plays an answer while it is made: audio as far ahead as `AudioPacer` lets
/// it, everything else at once.
///
/// Whoever waits here for the queue to move moves it, one message at a time, unless somebody else does already. At rest
/// there is no task and no encoder.
actor StreamWriter: SessionWriter {
    private let socket: WebSocket
    private let floor: TurnFloor
    private let clock: any Clock<Duration>
    private let elapsed: @Sendable () -> Duration
    private let sampleRate: Int
    /// Whether an answer may be spoken over, as long as it is played.
    private let bargesIn: Bool
    private var encoder: StreamEncoder
    private var pacer = AudioPacer()
    private var pings = AnnouncementPings()
    /// The last turn whose answer was sent to its end.
    private var lastSent = 0
    /// Taken out of the queue, and to be sent when its time has come.
    private var next: StreamEncoder.Step?
    private var isHeld = false
    private var isMoving = false
    private var isSending = false
    private var isGone = false
    /// Works that run.
    private var works: Set<Int> = []
    private var lastWork = 0
    private var changed = Latch()

    /// Audio that may wait to be sent; who makes more waits.
    private static let queue = Duration.seconds(4)

    /// - Parameters:
    ///   - sampleRate: Hz, of all audio events.
    ///   - packets: makes packets, where they were agreed.
    init(
        _ socket: WebSocket, _ handshake: HotpinHandshake, floor: TurnFloor, sampleRate: Int,
        packets: (any PacketCodec)?, clock: any Clock<Duration>
    ) {
        self.socket = socket
        self.floor = floor
        self.clock = clock
        self.sampleRate = sampleRate
        bargesIn = handshake.agreement?.bargesIn == true
        elapsed = clock.stopwatch()
        encoder = StreamEncoder(
            handshake: handshake, sampleRate: sampleRate,
            packets: handshake.agreement?.format == .opus ? packets : nil)
    }

    // MARK: Of a session

    func ping(of turn: Int) -> WebSocket.Ping? { pings.ping(of: turn) }

    func write(_ event: TurnEvent) async {
        switch event.kind {
        case .interrupted:
            // What the turn's number may be: whatever is played was stopped.
            next = nil
            isHeld = false
            pacer.drop()
        case _ where event.turn < floor.first: return
        case .held:
            isHeld = true
            pacer.hold(at: elapsed())
        case .resumed:
            isHeld = false
            pacer.resume(at: elapsed())
        case .failed where event.turn == encoder.turn: next = nil
        default: break
        }
        if case .announcement = event.kind { pings.begin(event.turn) }
        let turn = encoder.turn
        let messages = encoder.encode(event)
        if encoder.turn != turn {
            next = nil
            isHeld = false
        }
        tellChange()
        switch event.kind {
        case .held, .interrupted, .failed: await sendingEnded()
        default: if encoder.turn != turn { await sendingEnded() }
        }
        for message in messages { await send(message) }
        switch event.kind {
        case .audio: await move { self.encoder.turn == event.turn && self.length(self.encoder.queued) > Self.queue }
        case .done:
            await move { self.encoder.turn == event.turn && self.isBusy }
            if bargesIn { await played(event.turn) }
        default: break
        }
    }

    func run(_ work: @escaping Conversation.Work) async {
        lastWork += 1
        let id = lastWork
        works.insert(id)
        await withDiscardingTaskGroup { group in
            group.addTask {
                await work()
                await self.ended(id)
            }
            await move { self.works.contains(id) }
        }
    }

    func heard(played: Duration?) -> String {
        let sent = encoder.sent
        guard let played else {
            return encoder.heard(until: sent - samples(pacer.ahead(at: elapsed())))
        }
        return encoder.heard(until: min(sent, samples(played)))
    }

    func hasSent(_ turn: Int) -> Bool { lastSent == turn }

    func remaining() -> Duration { pacer.ahead(at: elapsed()) }

    // MARK: The queue

    private var isBusy: Bool { next != nil || !encoder.isEmpty || isSending }

    /// Waits until the client has played what it was sent.
    private func played(_ turn: Int) async {
        while encoder.turn == turn, !isGone, !Task.isCancelled {
            let left = remaining()
            guard left > .zero else { return }
            if isHeld { await changed.wait() } else { try? await clock.sleep(for: left) }
        }
    }

    private func ended(_ work: Int) {
        works.remove(work)
        tellChange()
    }

    private func tellChange() {
        changed.set()
        changed = Latch()
    }

    /// Moves the queue on, or watches others do so, as long as it is needed.
    private func move(while isNeeded: () -> Bool) async {
        while isNeeded(), !isGone, !Task.isCancelled {
            if isMoving {
                await changed.wait()
            } else {
                isMoving = true
                await step()
                isMoving = false
                tellChange()
            }
        }
    }

    /// Sends the next message, or waits for a reason to look again.
    private func step() async {
        if encoder.turn < floor.first {
            // It was reset.
            next = nil
            isHeld = false
            encoder.drop()
        }
        let changed = self.changed
        do throws(EngineError) {
            if next == nil { next = try encoder.next() }
        } catch {
            encoder.drop()
            return await send(.text(HotpinServerFrame.error(message: Array(HotpinMessage.audioFailed.utf8)).encoded()))
        }
        guard let step = next, !isHeld else { return await changed.wait() }
        if step.samples > 0 {
            let wait = pacer.wait(for: length(step.samples), at: elapsed())
            guard wait == .zero else { return await sleep(wait, orUntil: changed) }
        }
        next = nil
        isSending = true
        let turn = encoder.turn
        var ping: WebSocket.Ping?
        if step.isLast, pings.isAnnouncing(turn) { ping = try? await socket.ping() }
        await send(step.message)
        isSending = false
        guard !isGone else { return }
        if step.isLast, !Task.isCancelled { lastSent = turn }
        if let ping { pings.add(ping, of: turn) }
        encoder.didSend(step)
        guard step.samples > 0 else { return }
        pacer.sent(length(step.samples), at: elapsed())
        // The first packets are encoded all at once, 3 ms of work: others get their turn in between.
        await Task.yield()
    }

    /// Waits for its time, but no longer than until something has changed: it may not be sent at all.
    private func sleep(_ time: Duration, orUntil changed: Latch) async {
        await withTaskGroup(of: Void.self) { [clock] group in
            group.addTask { try? await clock.sleep(for: time) }
            group.addTask { await changed.wait() }
            await group.next()
            group.cancelAll()
        }
    }

    /// Waits until the message that is being sent has left, so that nothing of a stopped answer follows.
    private func sendingEnded() async {
        while isSending, !isGone, !Task.isCancelled { await changed.wait() }
    }

    private func send(_ message: StreamEncoder.Message) async {
        do {
            switch message {
            case .text(let text): try await socket.send(text: text)
            case .binary(let bytes): try await socket.send(binary: bytes)
            }
        } catch {
            guard !(error is CancellationError) else { return }
            isGone = true
            tellChange()
        }
    }

    private func length(_ samples: Int) -> Duration { .seconds(samples) / max(1, sampleRate) }

    private func samples(_ length: Duration) -> Int { Int(length.seconds * Double(sampleRate)) }
}
