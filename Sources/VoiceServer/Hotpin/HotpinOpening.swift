import Transport
import VoicePipeline
import VoiceProtocol

/// The part of a connection before its handshake was made.
struct HotpinOpening {
    let socket: WebSocket
    /// The time there is.
    let limit: Duration
    let clock: any Clock<Duration>
    /// Whether clients may ask for Opus.
    let allowsOpus: Bool

    /// Messages that are no handshake and get an error before the connection is closed.
    static let attempts = 8

    /// Answers what comes until it is a handshake; nil if the client left or did not make one in time.
    func handshake(_ messages: inout WebSocketMessages.AsyncIterator) async throws -> HotpinHandshake? {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await clock.sleep(for: limit)
                try? await socket.send(error: HotpinMessage.noHandshake(within: Int(limit.components.seconds)))
                await socket.startClosing(code: 1008, reason: "no handshake")
            }
            defer { group.cancelAll() }
            return try await read(&messages)
        }
    }

    private func read(_ messages: inout WebSocketMessages.AsyncIterator) async throws -> HotpinHandshake? {
        for _ in 0..<Self.attempts {
            guard let message = try await messages.next() else { return nil }
            switch message {
            case .binary: try await socket.send(error: HotpinMessage.handshakeFirst)
            case .text(let text):
                do {
                    switch try HotpinClientFrame.decode(text) {
                    case .handshake(let handshake):
                        if allowsOpus || handshake.agreement?.format != .opus { return handshake }
                        try await socket.send(error: HotpinMessage.noOpus)
                    case .endOfSpeech, .reset, .cancel: try await socket.send(error: HotpinMessage.handshakeFirst)
                    }
                } catch let error as HotpinFrameError {
                    try await socket.send(error: HotpinMessage.text(for: error))
                }
            }
        }
        await socket.startClosing(code: 1008, reason: "no handshake")
        return nil
    }
}

extension WebSocket {
    /// Sends an error frame.
    func send(error message: String) async throws {
        try await send(text: HotpinServerFrame.error(message: Array(message.utf8)).encoded())
    }
}
