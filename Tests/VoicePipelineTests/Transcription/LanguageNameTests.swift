import Testing
import VoicePipeline

@Suite struct LanguageNameTests {
    @Test func knowsOneHundredLanguages() {
        #expect(LanguageName.allCodes.count == 100)
        for code in LanguageName.allCodes {
            let name = LanguageName.name(of: code)
            #expect(name.flatMap(LanguageName.code(of:)) == code)
        }
    }

    @Test(
        arguments: [
            ("en", "en"), ("English", "en"), ("EN", "en"), ("haitian creole", "ht"), ("Burmese", "my"), ("yue", "yue"),
            ("klingon", nil), ("", nil),
        ] as [(String, String?)])
    func understandsCodesAndNames(text: String, code: String?) {
        #expect(LanguageName.code(of: text) == code)
    }
}
