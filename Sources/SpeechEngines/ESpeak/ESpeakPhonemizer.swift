import VoicePipeline

/// Turns text into phonemes in the International Phonetic Alphabet, with the punctuation that shapes intonation.
package struct ESpeakPhonemizer: Sendable {
    private let espeak: ESpeak
    /// A voice of espeak-ng, such as `en-us`.
    package let voice: String

    package init(_ espeak: ESpeak, voice: String) {
        self.espeak = espeak
        self.voice = voice
    }

    /// Whether the voice speaks English.
    package var isEnglish: Bool { voice == "en" || voice.hasPrefix("en-") }

    /// Phonemes of one sentence.
    /// - Returns: one scalar a symbol, decomposed; clauses end with `,` `;` `:` and a space, the sentence with `.`
    ///   `!` `?` or nothing, as the text has it. Empty if nothing in the text is pronounced.
    package func phonemes(of sentence: String) async throws(EngineError) -> [Unicode.Scalar] {
        let clauses = ClauseSplitter.clauses(of: sentence)
        let spoken = try await espeak.phonemes(of: clauses.map(\.text), voice: voice)
        var scalars: [Unicode.Scalar] = []
        for (clause, phonemes) in zip(clauses, spoken) {
            let symbols = PhonemeText.symbols(phonemes, isEnglish: isEnglish)
            guard !symbols.isEmpty else { continue }
            if let last = scalars.last, last != " " { scalars.append(" ") }
            scalars += symbols
            guard let mark = clause.mark else { continue }
            scalars += mark.unicodeScalars
            if ",;:".contains(mark) { scalars.append(" ") }
        }
        return scalars
    }
}
