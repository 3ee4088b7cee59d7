import VoicePipeline

/// What one utterance is decoded for.
struct WhisperRequest: Sendable {
    /// Code; nil to find out.
    var language: String?
    /// Tokens of what came before, behind the one that announces them; may be none.
    var context: [Int]
    var options: RecognitionOptions
    var wantsTimes: Bool

    /// Whether it may be asked which moments of the audio the decoder looked at.
    var keepsQueries: Bool

    /// Whether anybody looks at more than the text.
    var isDetailed: Bool { options.effort == .careful || wantsTimes }
}
