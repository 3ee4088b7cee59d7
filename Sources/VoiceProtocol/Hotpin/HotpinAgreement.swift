/// How a session takes turns and gives answers, beyond what the documented protocol does by itself.
///
/// A client that names none of these members in its handshake has no agreement, and gets the documented protocol.
public struct HotpinAgreement: Equatable, Sendable {
    /// How an answer's audio is sent.
    public enum Audio: Equatable, Sendable {
        /// One WAV file when all of it is made.
        case file
        /// Pieces, as soon as they exist.
        case stream
    }

    /// What the binary messages hold, both ways.
    public enum Format: Equatable, Sendable {
        /// 16 kHz, mono, 16-bit little-endian.
        case pcm
        /// One Opus packet a message.
        case opus
    }

    /// Who finds out that the user has finished.
    public enum Turns: Equatable, Sendable {
        /// The client, with `EOS`.
        case manual
        /// The server; `EOS` ends an utterance at once.
        case auto
    }

    public var audio: Audio
    public var format: Format
    public var turns: Turns
    /// Speech over the answer stops it.
    public var bargesIn: Bool
    /// Partial transcripts are wanted.
    public var wantsPartials: Bool

    public init(
        audio: Audio = .file, format: Format = .pcm, turns: Turns = .manual, bargesIn: Bool = false,
        wantsPartials: Bool = false
    ) {
        self.audio = audio
        self.format = format
        self.turns = turns
        self.bargesIn = bargesIn
        self.wantsPartials = wantsPartials
    }

    /// - Throws: when one member asks for what another one rules out.
    func check() throws(HotpinFrameError) {
        if format == .opus, audio != .stream { throw .opusNeedsStream }
        if bargesIn, audio != .stream || turns != .auto { throw .bargeInNeedsBoth }
    }

    /// Adds its members; those that are true or false only where they are true.
    func add(to object: inout JSONObjectWriter) {
        object.add("audio", audio == .stream ? "stream" : "file")
        object.add("audio_format", format == .opus ? "opus" : "pcm")
        object.add("turns", turns == .auto ? "auto" : "manual")
        if bargesIn { object.add("barge_in", true) }
        if wantsPartials { object.add("partials", true) }
    }

    /// Takes one member.
    /// - Returns: false if it is none of these.
    mutating func take(_ key: [UInt8], _ value: JSONScalar) throws(HotpinFrameError) -> Bool {
        if key.equals("audio") {
            guard let audio = Self.audio(value) else { throw .audio }
            self.audio = audio
        } else if key.equals("audio_format") {
            guard let format = Self.format(value) else { throw .audioFormat }
            self.format = format
        } else if key.equals("turns") {
            guard let turns = Self.turns(value) else { throw .turns }
            self.turns = turns
        } else if key.equals("barge_in") {
            guard case .bool(let isOn) = value else { throw .wrongType }
            bargesIn = isOn
        } else if key.equals("partials") {
            guard case .bool(let isOn) = value else { throw .wrongType }
            wantsPartials = isOn
        } else {
            return false
        }
        return true
    }

    private static func audio(_ value: JSONScalar) -> Audio? {
        guard case .string(let text) = value else { return nil }
        return text.equals("stream") ? .stream : text.equals("file") ? .file : nil
    }

    private static func format(_ value: JSONScalar) -> Format? {
        guard case .string(let text) = value else { return nil }
        return text.equals("opus") ? .opus : text.equals("pcm") ? .pcm : nil
    }

    private static func turns(_ value: JSONScalar) -> Turns? {
        guard case .string(let text) = value else { return nil }
        return text.equals("auto") ? .auto : text.equals("manual") ? .manual : nil
    }
}
