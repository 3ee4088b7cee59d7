import Glibc
import SpeechEngines
import Testing
import VoicePipeline

@Suite struct WhisperModelFilesTests {
    private let json = """
        {"name": "whisper-small-example", "multilingual": false, "mels": 80, "audio_context": 1500, "text_context": 448,
         "state": 384, "heads": 6, "encoder_layers": 4, "decoder_layers": 4, "vocabulary": 51864,
         "sot_sequence": [50257, 50362], "sot": 50257, "eot": 50256, "timestamp_begin": 50363, "no_speech": 50361,
         "sot_prev": 50360, "translate": 50357, "transcribe": 50358, "alignment_heads": [[1, 0], [3, 5]],
         "suppress": [1, 2, 7], "languages": {}, "added_later": [1]}
        """

    /// The sentence of the error, or nil if there was none.
    private func complaint(_ text: String) -> String? {
        do throws(EngineError) {
            _ = try WhisperModelInfo(json: Array(text.utf8), path: "model.json")
            return nil
        } catch {
            guard case .unavailable(let sentence) = error else { return "another error" }
            return sentence
        }
    }

    private func replacing(_ old: String, _ new: String) throws -> String {
        try #require(json.contains(old))
        return json.replacing(old, with: new)
    }

    @Test func takesWhatIsComplete() {
        #expect(complaint(json) == nil)
    }

    @Test func readsTheConvertedModel() throws {
        let files = try WhisperModelFiles(folder: ONNXTestParts.whisperFolder, precision: .int8)
        #expect(files.info.name == "whisper-tiny.en")
        #expect(files.info.sotSequence == [50257, 50362])
        #expect(files.tokens.count == 50256)
        #expect(try LogMel(filters: files.filters).bands == 80)
    }

    @Test func whatIsNoJSONIsRefused() {
        for text in ["", "{", "[]", "nonsense"] {
            #expect(complaint(text)?.contains("model.json") == true)
        }
    }

    @Test func whatIsMissingOrOfAnotherTypeIsNamed() throws {
        #expect(complaint(try replacing("\"eot\"", "\"eot_\""))?.contains("eot is missing") == true)
        #expect(complaint(try replacing("\"heads\": 6", "\"heads\": \"6\""))?.contains("heads") == true)
    }

    @Test(arguments: [
        ("\"heads\": 6", "\"heads\": 0"), ("\"heads\": 6", "\"heads\": 7"),
        ("\"vocabulary\": 51864", "\"vocabulary\": -1"), ("\"vocabulary\": 51864", "\"vocabulary\": 100"),
        ("\"decoder_layers\": 4", "\"decoder_layers\": 1000000"), ("\"no_speech\": 50361", "\"no_speech\": 90000"),
        ("\"sot_sequence\": [50257", "\"sot_sequence\": [1"), ("[3, 5]", "[3, 6]"), ("[3, 5]", "[4, 0]"),
        ("[3, 5]", "[3]"),
        ("\"translate\": 50357", "\"translate\": -1"), ("\"multilingual\": false", "\"multilingual\": true"),
    ])
    func valuesOutOfRangeAreRefused(old: String, new: String) throws {
        #expect(complaint(try replacing(old, new))?.contains("is damaged") == true)
    }

    @Test func thePromptNamesTheLanguage() throws {
        let english = try english
        #expect(english.start(language: "en") == [50257, 50362])
        for english in [nil, "en", "EN", "English", "en-GB", "en_us"] as [String?] {
            #expect(try self.english.language(english) == "en")
        }
        for other in ["de", "German", "", "klingon"] {
            #expect(
                throws: EngineError.invalidInput("whisper-small-example understands only English (en), not \(other)")
            ) {
                try self.english.language(other)
            }
        }
        #expect(throws: EngineError.self) { try english.check(.translate) }
    }

    @Test func aMultilingualPromptNamesLanguageAndTask() throws {
        let info = try multilingual
        #expect(info.start(language: "en") == [50257, 50259, 50358, 50363])
        #expect(info.start(language: "de", task: .translate) == [50257, 50261, 50357, 50363])
        #expect(try info.language(nil) == nil)
        #expect(try info.language("German") == "de" && info.language("de-AT") == "de" && info.language("EN") == "en")
        try info.check(.translate)
        for unknown in ["xx", "", "fr", "-"] {
            #expect(
                throws: EngineError.invalidInput(
                    "whisper-small-example does not know the language \(unknown): give one of de, en")
            ) { try info.language(unknown) }
        }
        #expect { try info.language(String(repeating: "x", count: 1_000_000)) } throws: { error in
            guard case .invalidInput(let text) = error as? EngineError else { return false }
            return text.utf8.count < 200
        }
    }

    private var english: WhisperModelInfo {
        get throws { try WhisperModelInfo(json: Array(json.utf8), path: "model.json") }
    }

    private var multilingual: WhisperModelInfo {
        get throws {
            let text = try replacing("\"multilingual\": false", "\"multilingual\": true")
                .replacing("\"sot_sequence\": [50257, 50362]", with: "\"sot_sequence\": [50257, 50259, 50358, 50363]")
                .replacing("\"languages\": {}", with: "\"languages\": {\"en\": 50259, \"de\": 50261}")
            return try WhisperModelInfo(json: Array(text.utf8), path: "model.json")
        }
    }

    @Test func tokensOfAnotherCountOrFormAreRefused() {
        for text in ["IQ== 0\n", "IQ== 1\nIg== 0\n", "IQ== 0\nIg=x 1\n", "IQ==0\nIg== 1\n", "IQ 0\nIg== 1\n", "\n\n"] {
            #expect(throws: EngineError.self) {
                try WhisperTokens(file: Array(text.utf8), count: 2, path: "tokens.txt")
            }
        }
    }

    @Test func tokensStandForTheirBytes() throws {
        // "a", the two halves of "é", and a token without bytes.
        let tokens = try WhisperTokens(file: Array("YQ== 0\nww== 1\nqQ== 2\n= 3\n".utf8), count: 4, path: "tokens.txt")
        #expect(tokens.text([0, 1, 2, 3]) == "aé")
        #expect(tokens.text([1, 0]) == "\u{FFFD}a")
        #expect(tokens.text([0, 4, -1, 50_000, 0]) == "aa")
        #expect(tokens.text([]) == "")
    }

    @Test func aMissingFolderIsNamed() {
        #expect {
            try WhisperModelFiles(folder: "/nowhere", precision: .int8)
        } throws: { error in
            guard case .unavailable(let text) = error as? EngineError else { return false }
            return text.contains("/nowhere/model.json") && text.contains("setup.sh")
        }
    }
}
