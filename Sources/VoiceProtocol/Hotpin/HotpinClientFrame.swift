/// Why a text frame from a client was not understood.
public enum HotpinFrameError: Error, Equatable, Sendable {
    case notJSON
    case notAnObject
    /// `session_id` is missing, empty, longer than 128 bytes, or holds control characters.
    case sessionID
    /// A known member has a value of the wrong type.
    case wrongType
    /// Neither a handshake nor a signal.
    case unknown
    /// A signal this server does not know.
    case unknownSignal
}

/// A text frame from client to server. Binary frames are 16 kHz mono 16-bit little-endian PCM.
/// - Source: Hotpin protocol, sections 3.3 and 11.2.
public enum HotpinClientFrame: Equatable, Sendable {
    case handshake(HotpinHandshake)
    /// The utterance is over.
    case endOfSpeech
    /// Forget the conversation; nothing is answered.
    case reset

    /// The longest session id, bytes.
    public static let maximumSessionID = 128

    /// Reads one text frame.
    public static func decode(_ text: [UInt8]) throws(HotpinFrameError) -> HotpinClientFrame {
        var handshake = HotpinHandshake(sessionID: [])
        var sessionID: JSONScalar?
        var signal: JSONScalar?
        var wrongType = false
        func flag(_ value: JSONScalar) -> Bool {
            if case .bool(let on) = value { return on }
            wrongType = true
            return false
        }
        do {
            try JSONScanner.object(text[...]) { key, value in
                if key.equals("session_id") { sessionID = value }
                if key.equals("signal") { signal = value }
                if key.equals("api_key") {
                    switch value {
                    case .string(let text): handshake.apiKey = text
                    case .null: handshake.apiKey = nil
                    default: wrongType = true
                    }
                }
                if key.equals("announcements") { handshake.announcements = flag(value) }
                if key.equals("timeline") { handshake.timeline = flag(value) }
                if key.equals("hands_free") { handshake.handsFree = flag(value) }
            }
        } catch {
            switch error {
            case .notAnObject: throw .notAnObject
            case .malformed, .tooDeep: throw .notJSON
            }
        }
        if let signal {
            guard case .string(let name) = signal else { throw .wrongType }
            if name.equals("EOS") { return .endOfSpeech }
            if name.equals("RESET") { return .reset }
            throw .unknownSignal
        }
        guard let sessionID else { throw .unknown }
        guard case .string(let id) = sessionID else { throw .sessionID }
        guard !id.isEmpty, id.count <= maximumSessionID, !id.contains(where: { $0 < 0x20 || $0 == 0x7F })
        else { throw .sessionID }
        if wrongType { throw .wrongType }
        handshake.sessionID = id
        return .handshake(handshake)
    }

    /// The frame's text.
    public func encoded() -> [UInt8] {
        var object = JSONObjectWriter()
        switch self {
        case .handshake(let handshake):
            object.add("session_id", handshake.sessionID)
            if let key = handshake.apiKey { object.add("api_key", key) }
            if handshake.announcements { object.add("announcements", true) }
            if handshake.timeline { object.add("timeline", true) }
            if handshake.handsFree { object.add("hands_free", true) }
        case .endOfSpeech: object.add("signal", "EOS")
        case .reset: object.add("signal", "RESET")
        }
        return object.finished()
    }
}

/// What a client says of itself first.
public struct HotpinHandshake: Equatable, Sendable {
    /// UTF-8, 1…128 bytes.
    public var sessionID: [UInt8]
    /// What the client shows to be let in, UTF-8; nil if it shows nothing.
    public var apiKey: [UInt8]?
    /// The client understands frames that it did not ask for, such as a timer that rings.
    public var announcements: Bool
    /// The client wants each turn's timeline with `complete`.
    public var timeline: Bool
    /// Nobody sees a screen or holds a button: what goes wrong is spoken instead of sent as an error frame.
    public var handsFree: Bool

    public init(
        sessionID: [UInt8], apiKey: [UInt8]? = nil, announcements: Bool = false, timeline: Bool = false,
        handsFree: Bool = false
    ) {
        self.sessionID = sessionID
        self.apiKey = apiKey
        self.announcements = announcements
        self.timeline = timeline
        self.handsFree = handsFree
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
