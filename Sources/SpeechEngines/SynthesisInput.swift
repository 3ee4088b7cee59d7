import VoicePipeline

/// What every synthesizer here accepts.
enum SynthesisInput {
    /// Characters of one piece of text at most.
    static let maximumLength = 4_000
    /// Words a minute.
    static let rates = 80...400

    /// - Throws: `.invalidInput` that says what is wrong.
    static func check(_ text: String, _ options: SynthesisOptions) throws(EngineError) {
        guard rates.contains(options.wordsPerMinute) else {
            throw .invalidInput(
                "\(options.wordsPerMinute) words a minute cannot be spoken; choose "
                    + "\(rates.lowerBound) to \(rates.upperBound).")
        }
        // Bytes first: counting characters of a huge text takes long.
        guard text.utf8.count <= 16 * maximumLength, text.count <= maximumLength else {
            throw .invalidInput("The text is too long to speak at once; at most \(maximumLength) characters.")
        }
    }
}
