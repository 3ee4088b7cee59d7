import Transport

/// The frame codec in both roles.
enum WebSocketClaims {
    private static let maxMessage = 1_024
    private static let receiveBuffer = 512
    /// One for all inputs: what a peer left in a context must not reach the next one.
    nonisolated(unsafe) private static let framings = WebSocketFramings()

    private static func codec(_ role: WebSocketCodec.Role, receiveBuffer: Int) -> WebSocketCodec {
        let limits = WebSocketCodec.Limits(messageBytes: maxMessage, fragments: 64, receiveBuffer: receiveBuffer)
        return WebSocketCodec(role, limits: limits, framings: framings)
    }

    private struct Seen: Equatable {
        var messages: [WebSocketMessage] = []
        var output: [UInt8] = []
        var closing = WebSocketCodec.Closing.open

        /// How bytes are cut may decide how early a violation is seen, which of two is seen first, and whether pings
        /// that came with the end were still answered; never what was said before.
        func agrees(with other: Seen) -> Bool {
            guard messages == other.messages else { return false }
            switch (closing, other.closing) {
            case (.violated, .violated), (.violated, .open), (.open, .violated): return true
            case (.open, .open): return output == other.output
            default: return closing == other.closing
            }
        }
    }

    static func check(_ bytes: [UInt8]) {
        for role in [WebSocketCodec.Role.server, .client] {
            let whole = receive(Pieces(bytes: bytes, cut: .nowhere), role)
            for cut in Pieces.Cut.allCases where cut != .nowhere {
                let other = receive(Pieces(bytes: bytes, cut: cut), role)
                claim(other.agrees(with: whole), "\(role), cut \(cut): \(other), and \(whole) in one piece")
            }
        }
        passes(bytes, from: .client, to: .server)
        passes(bytes, from: .server, to: .client)
    }

    private static func receive(_ pieces: Pieces, _ role: WebSocketCodec.Role) -> Seen {
        let codec = codec(role, receiveBuffer: receiveBuffer)
        var seen = Seen()
        for piece in pieces {
            var rest = piece[...]
            while !rest.isEmpty {
                let used = rest.withUnsafeBytes { codec.receive($0) }
                claim(used > 0 || !codec.hasRoom, "no byte was used although there is room")
                rest = rest.dropFirst(used)
                seen.messages += codec.takeMessages()
            }
        }
        for message in seen.messages {
            claim(message.bytes.count <= maxMessage, "a message of \(message.bytes.count) bytes")
            if case .text(let text) = message {
                claim(String(validating: text, as: UTF8.self) != nil, "a text that is not UTF-8")
            }
        }
        seen.closing = codec.closing
        // A client's output is masked at random.
        if role == .server { seen.output = codec.takeOutput() }
        return seen
    }

    /// A message that one side sends is what the other gets.
    private static func passes(_ bytes: [UInt8], from: WebSocketCodec.Role, to: WebSocketCodec.Role) {
        let payload = Array(bytes.prefix(maxMessage))
        let isText = String(validating: payload, as: UTF8.self) != nil
        let sender = codec(from, receiveBuffer: receiveBuffer)
        let receiver = codec(to, receiveBuffer: .max)
        claim(sender.send(payload, isText: isText), "a message is not sent")
        claim(sender.ping(), "a ping is not sent")
        for piece in Pieces(bytes: sender.takeOutput(), cut: .somewhere) {
            claim(piece.withUnsafeBytes { receiver.receive($0) } == piece.count, "bytes are left over")
        }
        claim(receiver.takeMessages() == [isText ? .text(payload) : .binary(payload)], "another message arrives")
        claim(!receiver.takeOutput().isEmpty, "the ping is not answered")
    }
}
