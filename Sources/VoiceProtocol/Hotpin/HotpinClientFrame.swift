/// A text frame from client to server. Binary frames are 16 kHz mono 16-bit little-endian PCM, unless Opus was agreed.
/// - Source: Hotpin protocol, sections 3.3 and 11.2.
public enum HotpinClientFrame: Equatable, Sendable {
    case handshake(HotpinHandshake)
    /// The utterance is over.
    case endOfSpeech
    /// Forget the conversation; nothing is answered.
    case reset
    /// Stop the answer.
    /// - Parameter played: milliseconds of it that the client has played; nil if it does not say.
    case cancel(played: Int?)

    /// The longest session id, bytes.
    public static let maximumSessionID = 128

    /// Reads one text frame.
    public static func decode(_ text: [UInt8]) throws(HotpinFrameError) -> HotpinClientFrame {
        var handshake = HotpinHandshake(sessionID: [])
        var sessionID: JSONScalar?
        var signal: JSONScalar?
        var played: JSONScalar?
        var fault: HotpinFrameError?
        do {
            try JSONScanner.object(text[...]) { key, value in
                if key.equals("session_id") {
                    sessionID = value
                } else if key.equals("signal") {
                    signal = value
                } else if key.equals("played_ms") {
                    played = value
                } else {
                    do throws(HotpinFrameError) {
                        try handshake.take(key, value)
                    } catch {
                        if fault == nil { fault = error }
                    }
                }
            }
        } catch {
            switch error {
            case .notAnObject: throw .notAnObject
            case .malformed, .tooDeep: throw .notJSON
            }
        }
        if let signal { return try Self.signal(signal, played: played) }
        guard let sessionID else { throw .unknown }
        guard case .string(let id) = sessionID else { throw .sessionID }
        guard !id.isEmpty, id.count <= maximumSessionID, !id.contains(where: { $0 < 0x20 || $0 == 0x7F })
        else { throw .sessionID }
        if let fault { throw fault }
        try handshake.agreement?.check()
        handshake.sessionID = id
        return .handshake(handshake)
    }

    private static func signal(
        _ signal: JSONScalar, played: JSONScalar?
    ) throws(HotpinFrameError) -> HotpinClientFrame {
        guard case .string(let name) = signal else { throw .wrongType }
        if name.equals("EOS") { return .endOfSpeech }
        if name.equals("RESET") { return .reset }
        guard name.equals("CANCEL") else { throw .unknownSignal }
        guard let played else { return .cancel(played: nil) }
        guard let milliseconds = played.wholeNumber else { throw .played }
        return .cancel(played: milliseconds)
    }

    /// The frame's text.
    public func encoded() -> [UInt8] {
        var object = JSONObjectWriter()
        switch self {
        case .handshake(let handshake): handshake.add(to: &object)
        case .endOfSpeech: object.add("signal", "EOS")
        case .reset: object.add("signal", "RESET")
        case .cancel(let played):
            object.add("signal", "CANCEL")
            if let played { object.add("played_ms", played) }
        }
        return object.finished()
    }
}

extension [UInt8] {
    /// Compares with a fixed ASCII text.
    func equals(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        for offset in 0..<count where self[offset] != text.utf8Start[offset] { return false }
        return true
    }
}

extension JSONScalar {
    /// A number of at most nine digits and nothing else; nil for every other value.
    var wholeNumber: Int? {
        guard case .number(let digits) = self, digits.count <= 9 else { return nil }
        var number = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            number = number * 10 + Int(digit - 0x30)
        }
        return number
    }
}
