import Transport
import VoiceProtocol
import VoiceServer

/// Small texts of one line: header values, addresses, settings; and the WAV header.
enum LineClaims {
    static func check(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        _ = Accept.prefersJSON(text)
        address(text)
        range(text, size: bytes.count)
        environment(text)
        target(text)
        if let header = WAVHeader.decode(bytes[...]) {
            claim(WAVHeader.decode(header.encoded()[...]) == header, "\(header) does not come back")
        }
        let pcm = PCM16.decode(bytes[...])
        claim(pcm.count == bytes.count / 2 && pcm.allSatisfy { $0 >= -1 && $0 < 1 }, "samples out of range")
        claim(PCM16.encode(pcm).count == pcm.count * 2, "samples are lost")
    }

    private static func address(_ text: String) {
        guard let url = try? WebSocketURL(text) else { return }
        claim((1...65_535).contains(url.port) && !url.host.isEmpty && url.target.hasPrefix("/"), "\(url)")
        // Host and target become lines of a request.
        let both = url.host + url.target
        claim(both.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "the address breaks a header line")
    }

    private static func range(_ text: String, size: Int) {
        for size in [0, 1, size, Int.max] {
            if case .part(let range) = ByteRange(text, size: size) {
                claim(range.lowerBound >= 0 && range.upperBound <= size && !range.isEmpty, "\(range) of \(size)")
            }
        }
    }

    private static func environment(_ text: String) {
        let (values, mistakes) = DotEnv.parse(text)
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).count
        claim(values.count + mistakes.count <= lines, "more settings than lines")
        claim(!values.keys.contains { $0.contains(where: \.isNewline) }, "a setting's name spans lines")
    }

    private static func target(_ text: String) {
        guard let target = HTTPTarget(text) else { return }
        let path = target.path.utf8
        claim(target.path == "*" || path.first == UInt8(ascii: "/"), "the path is \(target.path)")
        claim(!path.contains(0), "the path holds a zero byte")
        let steps = path.split(separator: UInt8(ascii: "/"))
        claim(!steps.contains { $0.elementsEqual("..".utf8) || $0.elementsEqual(".".utf8) }, "the path climbs")
        _ = target.query.count
    }
}
