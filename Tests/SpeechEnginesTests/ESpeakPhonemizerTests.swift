import SpeechEngines
import Testing
import VoicePipeline
import VoiceTesting

@Suite struct ESpeakPhonemizerTests {
    @Test func givesThePhonemesOfTheOriginal() async throws {
        let phonemizer = ESpeakPhonemizer(try PiperGolden.espeak(), voice: "en-us")
        let sentences = try PiperGolden.sentences()
        #expect(sentences.count >= 20)
        for sentence in sentences {
            let phonemes = try await phonemizer.phonemes(of: sentence.text)
            #expect(Self.text(phonemes) == sentence.phonemes, "\(sentence.text)")
        }
    }

    @Test(arguments: [
        ("Dr. Smith paid.", "dˈɑːktɚ smˈɪθ pˈeɪd."),
        ("Wait... what?", "wˈeɪt, wˌʌt?"),
        ("“What?” she asked.", "wˈʌt? ʃiː ˈæskt."),
        ("Really?!", "ɹˈiəli?"),
        ("Well — yes.", "wˈɛl; jˈɛs."),
    ])
    func improvesOnTheOriginal(text: String, expected: String) async throws {
        let phonemizer = ESpeakPhonemizer(try PiperGolden.espeak(), voice: "en-us")
        let phonemes = Self.text(try await phonemizer.phonemes(of: text))
        #expect(phonemes == expected)
    }

    @Test(arguments: ["", " ", "...", "—", "“”", "\u{0}", ", , ,"])
    func nothingToPronounceGivesNothing(text: String) async throws {
        let phonemizer = ESpeakPhonemizer(try PiperGolden.espeak(), voice: "en-us")
        #expect(try await phonemizer.phonemes(of: text).isEmpty)
    }

    @Test func speaksOtherLanguagesInTurn() async throws {
        let espeak = try PiperGolden.espeak()
        let german = try await ESpeakPhonemizer(espeak, voice: "de").phonemes(of: "Ich bin hier.")
        #expect(Self.text(german).unicodeScalars.contains("\u{327}"), "the ich sound, decomposed: \(Self.text(german))")
        let english = try await ESpeakPhonemizer(espeak, voice: "en-us").phonemes(of: "Hello!")
        #expect(Self.text(english) == "həlˈoʊ!")
    }

    @Test func anUnknownVoiceIsNamed() async throws {
        let espeak = try PiperGolden.espeak()
        let error = await thrown(EngineError.self) {
            try await ESpeakPhonemizer(espeak, voice: "xx-none").phonemes(of: "Hello!")
        }
        guard case .unavailable(let text)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(text.contains("xx-none"))
        // The next caller is not harmed.
        let phonemes = try await ESpeakPhonemizer(espeak, voice: "en-us").phonemes(of: "Hello!")
        #expect(Self.text(phonemes) == "həlˈoʊ!")
    }

    @Test func manyAtOnceDoNotMix() async throws {
        let espeak = try ESpeak(capacity: 200)
        let hello = Self.text(try await ESpeakPhonemizer(espeak, voice: "en-us").phonemes(of: "Hello!"))
        let eins = Self.text(try await ESpeakPhonemizer(espeak, voice: "de").phonemes(of: "Eins."))
        #expect(hello != eins)
        try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for number in 0..<100 {
                group.addTask {
                    let phonemizer = ESpeakPhonemizer(espeak, voice: number % 2 == 0 ? "en-us" : "de")
                    return (number, Self.text(try await phonemizer.phonemes(of: number % 2 == 0 ? "Hello!" : "Eins.")))
                }
            }
            for try await (number, phonemes) in group {
                #expect(phonemes == (number % 2 == 0 ? hello : eins))
            }
        }
    }

    private static func text(_ scalars: [Unicode.Scalar]) -> String {
        String(String.UnicodeScalarView(scalars))
    }
}
