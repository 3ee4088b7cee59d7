/// Builds frames by hand, wrong ones too.
struct WebSocketFrame {
    var opcode: UInt8
    var payload: [UInt8] = []
    var isFinal = true
    var reserved: UInt8 = 0
    var mask: [UInt8]? = [0x12, 0x34, 0x56, 0x78]
    /// Written in the header instead of the payload's length.
    var announced: UInt64?

    static func text(_ text: String, final: Bool = true) -> WebSocketFrame {
        WebSocketFrame(opcode: 1, payload: Array(text.utf8), isFinal: final)
    }

    static func binary(_ bytes: [UInt8], final: Bool = true) -> WebSocketFrame {
        WebSocketFrame(opcode: 2, payload: bytes, isFinal: final)
    }

    static func more(_ bytes: [UInt8], final: Bool) -> WebSocketFrame {
        WebSocketFrame(opcode: 0, payload: bytes, isFinal: final)
    }

    static func close(_ code: UInt16?, _ reason: [UInt8] = []) -> WebSocketFrame {
        WebSocketFrame(opcode: 8, payload: (code.map { [UInt8($0 >> 8), UInt8($0 & 255)] } ?? []) + reason)
    }

    static func ping(_ bytes: [UInt8] = []) -> WebSocketFrame {
        WebSocketFrame(opcode: 9, payload: bytes)
    }

    static func pong(_ bytes: [UInt8] = []) -> WebSocketFrame {
        WebSocketFrame(opcode: 10, payload: bytes)
    }

    var bytes: [UInt8] {
        var out = [(isFinal ? 0x80 : 0) | reserved << 4 | opcode]
        let length = announced ?? UInt64(payload.count)
        let masked: UInt8 = mask == nil ? 0 : 0x80
        switch length {
        case ..<126:
            out.append(masked | UInt8(length))
        case ..<65_536:
            out += [masked | 126, UInt8(length >> 8), UInt8(length & 255)]
        default:
            out.append(masked | 127)
            out += (0..<8).map { UInt8(truncatingIfNeeded: length >> (56 - 8 * UInt64($0))) }
        }
        guard let mask else { return out + payload }
        return out + mask + payload.enumerated().map { $1 ^ mask[$0 & 3] }
    }

    /// The unmasked frame at the beginning of some bytes.
    /// - Returns: nil while it is not complete.
    static func parse(_ bytes: [UInt8]) -> (frame: WebSocketFrame, count: Int)? {
        guard bytes.count >= 2 else { return nil }
        var length = Int(bytes[1] & 127)
        var start = 2
        if length == 126 {
            guard bytes.count >= 4 else { return nil }
            length = Int(bytes[2]) << 8 | Int(bytes[3])
            start = 4
        } else if length == 127 {
            guard bytes.count >= 10 else { return nil }
            length = bytes[2..<10].reduce(0) { $0 << 8 | Int($1) }
            start = 10
        }
        guard bytes.count >= start + length else { return nil }
        let frame = WebSocketFrame(
            opcode: bytes[0] & 15, payload: Array(bytes[start..<start + length]), isFinal: bytes[0] & 0x80 != 0,
            reserved: bytes[0] >> 4 & 7, mask: nil)
        return (frame, start + length)
    }

    /// The code of a close frame.
    var closeCode: UInt16? {
        opcode == 8 && payload.count >= 2 ? UInt16(payload[0]) << 8 | UInt16(payload[1]) : nil
    }
}
