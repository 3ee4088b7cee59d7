import SpeechEngines
import Testing
import VoicePipeline

@Suite struct WhisperPreTokenizerTests {
    private func pieces(_ text: String) -> [String] {
        PreTokenizer.pieces(text).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: [
        ("Hello world", ["Hello", " world"]),
        ("it's we'll 'tis DON'T", ["it", "'s", " we", "'ll", " '", "tis", " DON", "'", "T"]),
        ("abc123 4.5", ["abc", "123", " 4", ".", "5"]),
        ("  two  spaces ", [" ", " two", " ", " spaces", " "]),
        ("a\n\nb\tc", ["a", "\n", "\n", "b", "\t", "c"]),
        ("...?! ¿qué?", ["...?!", " ¿", "qué", "?"]),
        ("日本 語", ["日本", " 語"]), ("", []), (" ", [" "]), ("'", ["'"]), ("''s", ["''", "s"]),
    ])
    func cutsAsThePatternDoes(text: String, expected: [String]) {
        #expect(pieces(text) == expected)
        #expect(pieces(text).joined() == text)
    }
}

@Suite struct WhisperBytePairTests {
    private static let loaded = Result {
        try WhisperModelFiles(folder: ONNXTestParts.whisperFolder, precision: .int8)
    }
    private let files: WhisperModelFiles
    private let encoder: BytePairEncoder

    init() throws {
        files = try Self.loaded.get()
        encoder = BytePairEncoder(files.tokens)
    }

    /// What the `tokenizers` package 0.23.3 makes of the texts with the model's own tokenizer.json.
    @Test(arguments: [
        ("Hello world", [15496, 995]),
        (
            " Hello, world! It's 10:30, isn't it? We'll see; they've 3.14 apples.",
            [
                18435, 11, 995, 0, 632, 338, 838, 25, 1270, 11, 2125, 470, 340, 30, 775, 1183, 766, 26, 484, 1053, 513,
                13, 1415, 22514, 13,
            ]
        ),
        (
            "  two  spaces   and\ttabs\n\nlines ",
            [220, 734, 220, 9029, 220, 220, 290, 197, 8658, 82, 198, 198, 6615, 220]
        ),
        ("don't DON'T 'tis o'clock 'S", [9099, 470, 23917, 6, 51, 705, 48010, 267, 6, 15750, 705, 50]),
        (
            "Größe naïve café — “quoted” … end",
            [8642, 9101, 39683, 68, 41492, 40304, 851, 564, 250, 421, 5191, 447, 251, 3926, 886]
        ),
        ("日本語のテキスト", [33768, 98, 17312, 105, 45739, 252, 5641, 24336, 25084, 43302]),
        ("🙂👍🏽 emoji", [8582, 25081, 41840, 235, 8582, 237, 121, 44805]),
        ("x²½Ⅷ٣ 123abc456", [87, 31185, 23141, 158, 227, 100, 149, 96, 17031, 39305, 29228]),
        ("antidisestablishmentarianism Zigbee", [415, 29207, 44390, 3699, 1042, 24992, 20963]),
        ("' 's ''s", [6, 705, 82, 10148, 82]),
        ("\u{A0}nbsp\u{3000}wide ", [1849, 77, 24145, 5099, 222, 4421, 220]),
        ("e\u{301} combining", [68, 136, 223, 19771]), (" ", [220]), ("", []),
    ])
    func agreesWithThePublishedTokenizer(text: String, expected: [Int]) {
        #expect(encoder.encode(text) == expected)
    }

    @Test func standsForTheTextAgain() {
        var state: UInt32 = 7
        for _ in 0..<50 {
            var text = ""
            for _ in 0..<40 {
                state = state &* 1_664_525 &+ 1_013_904_223
                if let scalar = Unicode.Scalar(state >> 13 & 0x1FFFF) { text.unicodeScalars.append(scalar) }
            }
            #expect(files.tokens.text(encoder.encode(text)).unicodeScalars.elementsEqual(text.unicodeScalars))
        }
    }

    @Test func aWordWithoutEndIsCutAndNotForgotten() {
        let text = String(repeating: "ab", count: 5_000)
        #expect(files.tokens.text(encoder.encode(text)) == text)
    }

    @Test func aTableWithoutTheBytesLeavesThemOut() throws {
        let tokens = try WhisperTokens(file: Array("YQ== 0\nYg== 1\nYWI= 2\n= 3\n".utf8), count: 4, path: "tokens.txt")
        #expect(BytePairEncoder(tokens).encode("abxa") == [2, 0])
        let none = try WhisperTokens(file: [], count: 0, path: "tokens.txt")
        #expect(BytePairEncoder(none).encode("abc").isEmpty)
    }

    // MARK: Context

    @Test func namesAndEarlierTextGoBeforeTheStart() {
        let info = files.info
        #expect(info.context(prompt: "", hotWords: "", encoder).isEmpty)
        #expect(info.context(prompt: " \n", hotWords: "\t", encoder).isEmpty)
        #expect(info.context(prompt: "Hello world", hotWords: "", encoder) == [50360, 18435, 995])
        #expect(
            info.context(prompt: " Hello world ", hotWords: "Zigbee", encoder) == [50360, 24992, 20963, 18435, 995])
    }

    @Test func theContextTakesHalfOfThePositionsAtMost() {
        let info = files.info
        let long = (0..<2_000).map { "word\($0)" }.joined(separator: " ")
        let prompt = info.context(prompt: long, hotWords: "", encoder)
        #expect(prompt.count == 224)
        // The end of what came before is kept, and the beginning of the hot words.
        #expect(files.tokens.text(prompt).hasSuffix("word1999"))
        let names = info.context(prompt: "", hotWords: long, encoder)
        #expect(names.count == 224)
        #expect(files.tokens.text(names).hasPrefix(" word0"))
        let both = info.context(prompt: long, hotWords: long, encoder)
        #expect(both.count == 224)
        let text = files.tokens.text(both)
        #expect(text.hasPrefix(" word0") && text.hasSuffix("word1999"))
        let short = info.context(prompt: "Hello", hotWords: long, encoder)
        #expect(files.tokens.text(short).hasSuffix(" Hello"))
    }
}
