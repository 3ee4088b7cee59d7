import Transport
import VoicePipeline
import VoiceProtocol

/// The part of a connection before its handshake was made.
extension HotpinDoor {
    /// Messages that are no handshake and get an error before the connection is closed.
    private static let attempts = 8

    /// Answers what comes until it is a handshake; nil if the client left or did not make one in time.
    @inline(never)
    func handshake(
        of socket: WebSocket, _ messages: inout WebSocketMessages.AsyncIterator
    ) async throws -> HotpinHandshake? {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.sendAwayLate(socket) }
            defer { group.cancelAll() }
            for _ in 0..<Self.attempts {
                guard let message = try await messages.next() else { return nil }
                if let handshake = try await handshake(in: message, of: socket) { return handshake }
            }
            await socket.startClosing(code: 1008, reason: "no handshake")
            return nil
        }
    }

    private func sendAwayLate(_ socket: WebSocket) async throws {
        try await clock.sleep(for: limits.handshake)
        try? await socket.send(error: HotpinMessage.noHandshake(within: Int(limits.handshake.components.seconds)))
        await socket.startClosing(code: 1008, reason: "no handshake")
    }

    /// - Returns: nil for what is none; then the client was told what is expected.
    @inline(never)
    private func handshake(in message: WebSocketMessage, of socket: WebSocket) async throws -> HotpinHandshake? {
        guard case .text(let text) = message else {
            try await socket.send(error: HotpinMessage.handshakeFirst)
            return nil
        }
        do {
            switch try HotpinClientFrame.decode(text) {
            case .handshake(let handshake):
                if engines.packets != nil || handshake.agreement?.format != .opus { return handshake }
                try await socket.send(error: HotpinMessage.noOpus)
            case .endOfSpeech, .reset, .cancel: try await socket.send(error: HotpinMessage.handshakeFirst)
            }
        } catch let error as HotpinFrameError {
            try await socket.send(error: HotpinMessage.text(for: error))
        }
        return nil
    }
}

extension WebSocket {
    /// Sends an error frame.
    func send(error message: String) async throws {
        try await send(text: HotpinServerFrame.error(message: Array(message.utf8)).encoded())
    }
}
