import VoicePipeline

extension WhisperModelInfo {
    /// Start tokens of a transcription without timestamps.
    /// - Parameter language: ISO 639-1 code.
    /// - Throws: `.invalidInput` for a language that the model does not know.
    package func prompt(language: String) throws(EngineError) -> [Int] {
        guard multilingual else {
            guard language == "en" else {
                throw .invalidInput("\(name) understands only English (en), not \(language)")
            }
            return sotSequence
        }
        guard let token = languages[language] else {
            throw .invalidInput("\(name) does not know the language \(language)")
        }
        // The language follows the start token; `init` made sure that there is a place for it.
        return sotSequence.enumerated().map { $0.offset == 1 ? token : $0.element }
    }
}
