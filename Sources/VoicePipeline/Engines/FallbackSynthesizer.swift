/// Speaks with one voice, and with another where the first fails.
///
/// Both give the same sample rate to the caller's eyes only if they have it: each piece of speech states its own. A voice
/// that fails within a piece leaves that piece unfinished.
public struct FallbackSynthesizer: SpeechSynthesizer {
    public var name: String { preferred.name }
    public var sampleRate: Int { preferred.sampleRate }

    private let preferred: any SpeechSynthesizer
    private let fallback: any SpeechSynthesizer
    private let log: Log

    public init(_ preferred: any SpeechSynthesizer, else fallback: any SpeechSynthesizer, log: Log = .none) {
        self.preferred = preferred
        self.fallback = fallback
        self.log = log
    }

    /// - Throws: `.cancelled`, `.busy` and `.invalidInput` as the preferred voice does: another voice would not help.
    public func prepare(_ text: String, options: SynthesisOptions) async throws(EngineError) -> any PreparedSpeech {
        do throws(EngineError) {
            return try await preferred.prepare(text, options: options)
        } catch {
            switch error {
            case .cancelled, .busy, .invalidInput: throw error
            case .unavailable, .failed:
                log.warning(
                    "voice failed", ["reason": .text("\(error)"), "instead": .text(fallback.name)])
                return try await fallback.prepare(text, options: options)
            }
        }
    }
}
