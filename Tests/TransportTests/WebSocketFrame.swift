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
    static func parse(_ bytes: ArraySlice<UInt8>) -> (frame: WebSocketFrame, count: Int)? {
        guard bytes.count >= 2 else { return nil }
        let first = bytes.startIndex
        var length = Int(bytes[first + 1] & 127)
        var header = 2
        if length > 125 {
            header = length == 126 ? 4 : 10
            guard bytes.count >= header else { return nil }
            length = bytes[(first + 2)..<(first + header)].reduce(0) { $0 << 8 | Int($1) }
        }
        guard bytes.count >= header + length else { return nil }
        let payload = Array(bytes[(first + header)..<(first + header + length)])
        let frame = WebSocketFrame(
            opcode: bytes[first] & 15, payload: payload, isFinal: bytes[first] & 0x80 != 0,
            reserved: bytes[first] >> 4 & 7, mask: nil)
        return (frame, header + length)
    }

    /// The code of a close frame.
    var closeCode: UInt16? {
        opcode == 8 && payload.count >= 2 ? UInt16(payload[0]) << 8 | UInt16(payload[1]) : nil
    }
}
