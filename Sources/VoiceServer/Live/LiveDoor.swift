import Transport
import VoicePipeline

/// The documented WebSocket at `/stream`: sound in, text out, while somebody speaks.
///
///     messages ─► LiveSound ─► channel (a minute) ─► LiveTranscriber ─► frames
///
/// While the channel is full nothing is read, so that a client which sends faster than its sound can be understood is
/// held back.
public final class LiveDoor: Sendable {
    private let models: any RecognitionModels
    private let transcriber: LiveTranscriber
    private let packets: (any PacketCodec)?
    private let resampler: any AudioResampler
    private let authenticator: Authenticator
    private let handshake: Duration
    private let clock: any Clock<Duration>
    private let wallClock: any WallClock
    private let log: Log

    /// - Parameters:
    ///   - handshake: time until the first message.
    public init(
        models: any RecognitionModels, transcriber: LiveTranscriber, packets: (any PacketCodec)?,
        resampler: any AudioResampler, authenticator: Authenticator, handshake: Duration = .seconds(10),
        clock: any Clock<Duration> = ContinuousClock(), wallClock: any WallClock = SystemWallClock(), log: Log
    ) {
        self.models = models
        self.transcriber = transcriber
        self.packets = packets
        self.resampler = resampler
        self.authenticator = authenticator
        self.handshake = handshake
        self.clock = clock
        self.wallClock = wallClock
        self.log = log
    }

    /// Serves one connection until the client leaves, or the server stops: then what was said is still written down.
    public func serve(_ socket: WebSocket, _ visitor: Visitor) async throws {
        var messages = socket.messages.makeAsyncIterator()
        do {
            guard let first = try await first(of: socket, &messages) else { return }
            guard let hold = await admit(socket, visitor, first.setup) else { return }
            defer { hold.end() }
            let sound = try LiveSound(
                format: first.setup.format ?? .f32le, rate: first.setup.sampleRate ?? 16_000, packets: packets,
                resampler: resampler)
            let recognizer = try await models.recognizer(first.setup.model)
            // To list the models is to look through their folder.
            let usual = first.setup.language == nil ? await language(of: first.setup.model) : nil
            let request = first.setup.request(usual: usual)
            let channel = BoundedChannel<LiveInput>(capacity: LiveTranscriber.capacity)
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask { await self.transcribe(channel, recognizer, request, socket) }
                if let bytes = first.sound { try await take(bytes, sound, channel, socket) }
                if first.setup.type == .flush { await channel.send(.flush) }
                if first.setup.type != .end { try await read(&messages, sound, channel, socket) }
                channel.finish()
                // Who has left hears nothing any more.
                if socket.closeCode != nil { group.cancelAll() }
            }
        } catch let error as LiveError {
            await refuse(error, socket)
        } catch let error as EngineError {
            await refuse(LiveError(error), socket)
        }
    }

    /// What is spoken where the client does not say it: English, with a model that knows it.
    private func language(of model: String?) async -> String? {
        let known = await models.list()
        let found = model == nil ? known.first : known.first { $0.name == model }
        return TranscribeOptions.usual(of: found?.languages ?? ["en"])
    }

    /// Works beside the reading; where it fails the client is told why, and the reading ends.
    private func transcribe(
        _ channel: BoundedChannel<LiveInput>, _ recognizer: any SpeechRecognizer, _ request: LiveRequest,
        _ socket: WebSocket
    ) async {
        defer { channel.finish() }
        do {
            try await transcriber.run(channel, with: recognizer, request) { event in
                try await send(LiveFrame(event, at: wallClock.now()), socket)
            }
        } catch let error as EngineError {
            if error != .cancelled { await refuse(LiveError(error), socket) }
        } catch {
            log.debug("stream lost", ["reason": .text("\(error)")])
        }
    }

    /// Waits for the first message; a client that sends none in time is sent away.
    private func first(
        of socket: WebSocket, _ messages: inout WebSocketMessages.AsyncIterator
    ) async throws -> (setup: LiveSetup, sound: [UInt8]?)? {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [self] in
                try await clock.sleep(for: handshake)
                await refuse(
                    LiveError("no_message", "Nothing came; send sound, or a JSON message that describes it."), socket)
            }
            defer { group.cancelAll() }
            switch try await messages.next() {
            case .binary(let bytes): return (try LiveSetup.decode(Array("{}".utf8)), bytes)
            case .text(let text): return (try LiveSetup.decode(text), nil)
            case nil: return nil
            }
        }
    }

    private func admit(_ socket: WebSocket, _ visitor: Visitor, _ setup: LiveSetup) async -> AccessHold? {
        do throws(AccessRefusal) {
            let key = setup.key.map { Array($0.utf8) }
            let admission = try await authenticator.admit(visitor, key: key, door: "stream")
            let hold = authenticator.hold(admission) {
                let shut = AccessRefusal.wrongKey.close
                await socket.close(code: shut.code, reason: shut.reason)
            }
            if let hold { return hold }
            throw .wrongKey
        } catch {
            await socket.close(code: error.close.code, reason: error.close.reason)
            return nil
        }
    }

    /// Reads until the client is done, or leaves.
    private func read(
        _ messages: inout WebSocketMessages.AsyncIterator, _ sound: LiveSound,
        _ channel: BoundedChannel<LiveInput>, _ socket: WebSocket
    ) async throws {
        while let message = try await messages.next() {
            switch message {
            case .binary(let bytes): try await take(bytes, sound, channel, socket)
            case .text(let text):
                do {
                    switch try LiveSetup.decode(text).type {
                    case .flush: await channel.send(.flush)
                    case .end: return
                    case .start, nil:
                        throw LiveError(
                            "invalid_message", "Only the first message describes the sound; open another connection.")
                    }
                } catch let error as LiveError {
                    try await send(LiveFrame(error, at: wallClock.now()), socket)
                }
            }
        }
    }

    private func take(
        _ bytes: [UInt8], _ sound: LiveSound, _ channel: BoundedChannel<LiveInput>, _ socket: WebSocket
    ) async throws {
        do throws(LiveError) {
            let samples = try sound.samples(bytes)
            for start in stride(from: 0, to: samples.count, by: 16_000) {
                let piece = Array(samples[start..<min(start + 16_000, samples.count)])
                guard await channel.send(.samples(piece)) else { return }
            }
        } catch {
            try await send(LiveFrame(error, at: wallClock.now()), socket)
        }
    }

    private func send(_ frame: LiveFrame, _ socket: WebSocket) async throws {
        try await socket.send(text: frame.bytes)
    }

    /// Says what is wrong, and closes.
    private func refuse(_ error: LiveError, _ socket: WebSocket) async {
        log.info("stream ended", ["reason": .text(error.code)])
        try? await send(LiveFrame(error, at: wallClock.now()), socket)
        await socket.startClosing(code: error.code == "busy" ? 1011 : 1008, reason: error.code)
    }
}

extension LiveError {
    init(_ error: EngineError) {
        switch error {
        case .busy: self.init("busy", "The server has too much to do; try again in a few seconds.")
        case .invalidInput(let reason): self.init("invalid_request", reason)
        case .unavailable, .failed, .cancelled:
            self.init("unavailable", "Speech cannot be recognised now; the server's log says why.")
        }
    }
}
