/// The recognition models of this machine.
public protocol RecognitionModels: Sendable {
    /// Every model that can be asked for, the default first.
    func list() async -> [RecognitionModel]

    /// The recognizer of a model, loaded if it was not. It stays loaded at least as long as the caller keeps it.
    /// - Parameter name: nil for the default.
    /// - Throws: `.invalidInput` for a model that is not there, with a sentence that names those that are;
    ///   `.unavailable` when it cannot be loaded.
    func recognizer(_ name: String?) async throws(EngineError) -> any SpeechRecognizer
}

/// What is known of a model before it is loaded.
public struct RecognitionModel: Equatable, Sendable {
    /// Such as `whisper-tiny.en`.
    public var name: String
    /// Such as `whisper`.
    public var engine: String
    /// Folder.
    public var path: String
    /// ISO 639-1 codes; one for a model of one language.
    public var languages: [String]
    public var canTranslate: Bool
    public var isLoaded: Bool
    /// When its files were made, seconds since 1970.
    public var created: Int

    public init(
        name: String, engine: String, path: String, languages: [String] = ["en"], canTranslate: Bool = false,
        isLoaded: Bool = false, created: Int = 0
    ) {
        self.name = name
        self.engine = engine
        self.path = path
        self.languages = languages
        self.canTranslate = canTranslate
        self.isLoaded = isLoaded
        self.created = created
    }
}
