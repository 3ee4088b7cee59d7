import Transport
import VoicePipeline
import VoiceProtocol

/// A connection whose session is open: what it holds until it ends, and what becomes of its messages. One task's.
final class HotpinConnection {
    let session: OpenSession
    let writer: any SessionWriter
    /// To leave the directory with.
    let ticket: SessionSeats.Ticket
    /// Its right to be here.
    let hold: AccessHold
    private let socket: WebSocket
    private let directory: SessionDirectory
    /// Reads what binary messages hold; nil for PCM.
    private let packets: (any PacketCodec)?
    /// Made for the first packet.
    private var decoder: (any PacketDecoder)?
    private let meter: AudioMeter?

    /// - Parameters:
    ///   - packets: reads what binary messages hold; nil for PCM.
    ///   - meter: holds back who sends sound faster than it is to be taken; nil where sound costs nothing.
    init(
        _ session: OpenSession, _ ticket: SessionSeats.Ticket, _ hold: AccessHold, socket: WebSocket,
        writer: any SessionWriter, directory: SessionDirectory, packets: (any PacketCodec)?, meter: AudioMeter?
    ) {
        self.session = session
        self.ticket = ticket
        self.hold = hold
        self.socket = socket
        self.writer = writer
        self.directory = directory
        self.packets = packets
        self.meter = meter
    }

    /// Takes one message; what makes no sense is answered with an error frame.
    /// - Returns: what is to be done now.
    func take(_ message: WebSocketMessage) async throws -> Conversation.Work? {
        switch message {
        case .binary(let bytes): return try await take(audio: bytes)
        case .text(let text):
            do {
                return try await take(HotpinClientFrame.decode(text))
            } catch let error as HotpinFrameError {
                try await socket.send(error: HotpinMessage.text(for: error))
                return nil
            }
        }
    }

    private func take(_ frame: HotpinClientFrame) async throws -> Conversation.Work? {
        switch frame {
        case .endOfSpeech: return await session.conversation.endOfSpeech(refusal: directory.refusal(for: session))
        case .reset: return await session.conversation.reset()
        case .cancel(let played):
            let length = played.map { Duration.milliseconds($0) }
            if await !session.conversation.cancel(played: length) {
                try await socket.send(text: HotpinServerFrame.cancelled(heard: nil).encoded())
            }
        case .handshake: try await socket.send(error: HotpinMessage.handshakeTwice)
        }
        return nil
    }

    private func take(audio bytes: [UInt8]) async throws -> Conversation.Work? {
        // Before it is read, and not after: what it brings to do must not wait.
        try await meter?.wait()
        guard let packets else {
            meter?.took(samples: bytes.count / 2)
            return await session.conversation.append(bytes)
        }
        do {
            let decoder = try decoder ?? packets.makeDecoder()
            self.decoder = decoder
            let samples = try decoder.decode(bytes)
            meter?.took(samples: samples.count)
            return await session.conversation.append(samples: samples)
        } catch is EngineError {
            try await socket.send(error: HotpinMessage.badPacket)
            return nil
        }
    }
}
