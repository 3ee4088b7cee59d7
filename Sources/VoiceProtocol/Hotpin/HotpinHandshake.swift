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
    /// What it asks for beyond the documented protocol; nil if it names nothing of that.
    public var agreement: HotpinAgreement?

    public init(
        sessionID: [UInt8], apiKey: [UInt8]? = nil, announcements: Bool = false, timeline: Bool = false,
        handsFree: Bool = false, agreement: HotpinAgreement? = nil
    ) {
        self.sessionID = sessionID
        self.apiKey = apiKey
        self.announcements = announcements
        self.timeline = timeline
        self.handsFree = handsFree
        self.agreement = agreement
    }

    /// The answer's audio is sent as soon as it exists.
    public var streamsAudio: Bool { agreement?.audio == .stream }

    /// Adds its members.
    func add(to object: inout JSONObjectWriter) {
        object.add("session_id", sessionID)
        if let apiKey { object.add("api_key", apiKey) }
        if announcements { object.add("announcements", true) }
        if timeline { object.add("timeline", true) }
        if handsFree { object.add("hands_free", true) }
        agreement?.add(to: &object)
    }

    /// Takes one member; those it does not know are ignored.
    mutating func take(_ key: [UInt8], _ value: JSONScalar) throws(HotpinFrameError) {
        if key.equals("api_key") {
            switch value {
            case .string(let text): apiKey = text
            case .null: apiKey = nil
            default: throw .wrongType
            }
        } else if key.equals("announcements") {
            announcements = try Self.flag(value)
        } else if key.equals("timeline") {
            timeline = try Self.flag(value)
        } else if key.equals("hands_free") {
            handsFree = try Self.flag(value)
        } else {
            var agreement = self.agreement ?? HotpinAgreement()
            if try agreement.take(key, value) { self.agreement = agreement }
        }
    }

    private static func flag(_ value: JSONScalar) throws(HotpinFrameError) -> Bool {
        guard case .bool(let isOn) = value else { throw .wrongType }
        return isOn
    }
}
