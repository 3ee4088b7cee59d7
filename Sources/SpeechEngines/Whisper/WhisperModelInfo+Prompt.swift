import VoicePipeline

/// What the decoder reads before it writes: what came before, and which language and task it is about.
extension WhisperModelInfo {
    /// Earlier text and hot words are cut to so many characters before anything is made of them.
    private static var longestText: Int { 4096 }

    /// The code of the language that is asked for.
    /// - Parameter language: a code (`en`, `en-GB`) or a name (`English`); nil to find out.
    /// - Returns: nil where the model has to find out.
    /// - Throws: `.invalidInput` for a language that the model does not know; it names those that it does.
    package func language(_ language: String?) throws(EngineError) -> String? {
        guard let language else { return multilingual ? nil : "en" }
        let region = language.firstIndex { $0 == "-" || $0 == "_" } ?? language.endIndex
        let code = LanguageName.code(of: language) ?? LanguageName.code(of: String(language[..<region]))
        let shown = language.count > 32 ? "\(language.prefix(32))…" : language
        guard multilingual else {
            guard code == "en" else { throw .invalidInput("\(name) understands only English (en), not \(shown)") }
            return code
        }
        guard let code = code ?? (languages[language] == nil ? nil : language), languages[code] != nil else {
            let known = languages.keys.sorted().joined(separator: ", ")
            throw .invalidInput("\(name) does not know the language \(shown): give one of \(known)")
        }
        return code
    }

    /// - Throws: `.invalidInput` where the model cannot do that.
    package func check(_ task: RecognitionOptions.Task) throws(EngineError) {
        guard task == .transcribe || multilingual else {
            throw .invalidInput(
                "\(name) knows only English and cannot translate: choose a multilingual model, such as whisper-base")
        }
    }

    /// Start tokens of a text without timestamps.
    /// - Parameter language: a code that `language(_:)` gave; ignored by an English model.
    package func start(language: String, task: RecognitionOptions.Task = .transcribe) -> [Int] {
        guard multilingual else { return sotSequence }
        // The language follows the start token, the task the language; `init` made sure that there is a place for both.
        return sotSequence.enumerated().map { place, token in
            switch place {
            case 1: languages[language] ?? token
            case 2: task == .translate ? translate : transcribe
            default: token
            }
        }
    }

    /// Tokens of what came before: at most half of the decoder's positions, so that as many are left for the text.
    /// - Parameters:
    ///   - prompt: its end counts, because that is nearest.
    ///   - hotWords: go before it; their beginning counts, up to half of the room where there is a prompt too.
    /// - Returns: none for empty texts.
    package func context(prompt: String, hotWords: String, _ encoder: BytePairEncoder) -> [Int] {
        let room = textContext / 2 - 1
        let prompt = words(of: String(prompt.unicodeScalars.suffix(Self.longestText)), encoder)
        let hotWords = words(of: String(hotWords.unicodeScalars.prefix(Self.longestText)), encoder)
            .prefix(prompt.isEmpty ? room : room / 2)
        let tail = prompt.suffix(room - hotWords.count)
        return hotWords.isEmpty && tail.isEmpty ? [] : [startOfPrevious] + hotWords + tail
    }

    /// Tokens of a text as it stands inside another: with a space before it.
    private func words(of text: String, _ encoder: BytePairEncoder) -> [Int] {
        let text = text.trimmingWhitespace
        return text.isEmpty ? [] : encoder.encode(" " + text)
    }
}

extension StringProtocol {
    /// The text without white space around it.
    var trimmingWhitespace: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
