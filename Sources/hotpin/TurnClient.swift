import Transport
import VoicePipeline
import VoiceProtocol

/// Asks a server one question as a device would: in real time, and playing the answer while it comes.
struct TurnClient: Sendable {
    var url: String
    var trust: TLSTrust
    /// What is shown to be let in; empty shows nothing.
    var key: String
    /// Silence behind the question, before the end of speech is signalled.
    var pause: Duration

    /// Audio of one message.
    private static let piece = Duration.milliseconds(20)

    /// - Parameter samples: 16 kHz, mono, -1…1.
    func ask(_ samples: [Float]) async throws -> TurnMeasurement {
        var handshake = HotpinHandshake(
            sessionID: Array("hotpin-bench".utf8), apiKey: key.isEmpty ? nil : Array(key.utf8))
        var agreement = HotpinAgreement()
        agreement.audio = .stream
        handshake.agreement = agreement
        let opening = HotpinClientFrame.handshake(handshake).encoded()
        return try await WebSocketClient(trust: trust).connect(url: url) { socket in
            try await socket.send(text: opening)
            var messages = socket.messages.makeAsyncIterator()
            var turn = TurnMeasurement(question: Double(samples.count) / Double(UtteranceBuffer.sampleRate))
            guard case .text(let greeting)? = try await messages.next(),
                case .connected = try HotpinServerFrame.decode(greeting)
            else {
                turn.error = "The server does not let this client in (close code \(socket.closeCode ?? 1006))."
                return turn
            }
            try await speak(samples, to: socket)
            let ended = ContinuousClock.now
            try await socket.send(text: HotpinClientFrame.endOfSpeech.encoded())
            while let message = try await messages.next() {
                if try turn.take(message, at: ended.duration(to: .now).milliseconds) { return turn }
            }
            turn.error = "The server closed the connection (\(socket.closeCode ?? 1006))."
            return turn
        }
    }

    /// Sends the question and the pause as a microphone does.
    private func speak(_ samples: [Float], to socket: WebSocket) async throws {
        let silence = [Float](repeating: 0, count: Int(pause.seconds * Double(UtteranceBuffer.sampleRate)))
        let pcm = PCM16.encode(samples + silence)
        let bytes = 2 * Int(Self.piece.seconds * Double(UtteranceBuffer.sampleRate))
        var due = ContinuousClock.now
        for start in stride(from: 0, to: pcm.count, by: bytes) {
            due += Self.piece
            try await Task.sleep(until: due, clock: .continuous)
            try await socket.send(binary: Array(pcm[start..<min(start + bytes, pcm.count)]))
        }
    }
}

extension TurnMeasurement {
    /// Takes a message that came `time` milliseconds after the end of speech was sent.
    /// - Returns: true when the turn is over.
    fileprivate mutating func take(_ message: WebSocketMessage, at time: Double) throws(HotpinFrameError) -> Bool {
        guard case .text(let text) = message else {
            if firstAudio == nil { firstAudio = time }
            lastAudio = time
            return false
        }
        switch try HotpinServerFrame.decode(text) {
        case .llm(let words):
            transcript = String(decoding: words, as: UTF8.self)
            heard = time
        case .tts(let words):
            response = String(decoding: words, as: UTF8.self)
            answered = time
        case .error(let words):
            error = String(decoding: words, as: UTF8.self)
            return true
        case .complete:
            complete = time
            return true
        default: break
        }
        return false
    }
}
