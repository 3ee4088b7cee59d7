import VoicePipeline

extension Invocation {
    /// What `transcribe` may be asked for.
    public struct Transcribing: Equatable, Sendable {
        /// nil prints the text with the file's name where there are several.
        public var format: TranscriptFormat?
        /// ISO 639-1 code; nil lets a multilingual model find out.
        public var language: String?
        /// Into English.
        public var translates = false
        /// Times of words: in `verbose_json`, and to cut subtitles by.
        public var words = false
        /// Text in whose manner and with whose names the speech is written.
        public var prompt = ""
        /// Model folder; nil for the one of the settings.
        public var model: String?
        /// Overwrites what is there.
        public var force = false

        public init() {}
    }

    /// Takes an option that has no value.
    /// - Returns: false for any other.
    mutating func take(switch option: String) -> Bool {
        switch option {
        case "--translate": transcribing.translates = true
        case "--words": transcribing.words = true
        case "--force": transcribing.force = true
        default: return false
        }
        return true
    }

    /// Takes an option of `transcribe` with its value.
    /// - Returns: false for any other.
    mutating func take(transcribing name: String, _ value: String) throws(UsageError) -> Bool {
        switch name {
        case "--format":
            guard let format = TranscriptFormat(name: value) else {
                throw UsageError(
                    message: "“\(value)” is no format; there are txt, srt, vtt, json and verbose_json.",
                    command: .transcribe)
            }
            transcribing.format = format
        case "--language":
            guard value != "auto" else { break }
            guard let code = LanguageName.code(of: value) else {
                throw UsageError(
                    message: "“\(value)” is no language; use a code or a name such as en, de or german, or auto.",
                    command: .transcribe)
            }
            transcribing.language = code
        case "--prompt": transcribing.prompt = value
        case "--model": transcribing.model = value
        default: return false
        }
        return true
    }

    /// Checks what goes together, and makes the model a setting.
    mutating func checkTranscribing() throws(UsageError) {
        guard command == .transcribe else {
            if transcribing != Transcribing() {
                throw UsageError(
                    message:
                        "--format, --language, --translate, --words, --prompt, --model and --force go with transcribe.",
                    command: command)
            }
            return
        }
        if operands.isEmpty {
            throw UsageError(message: "transcribe takes at least one sound file.", command: command)
        }
        if json, transcribing.format != nil || output != nil {
            throw UsageError(
                message: "--json prints a line for each file; it does not go with --format and --output.",
                command: command)
        }
        if operands.count(where: { $0 == "-" }) > 1 {
            throw UsageError(message: "Standard input can be read only once.", command: command)
        }
        if let model = transcribing.model { settings.append(Flag(name: "--whisper-model", value: model)) }
    }
}
