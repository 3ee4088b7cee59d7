import SpeechEngines
import Testing

@Suite struct ESpeakClauseSplitterTests {
    @Test(arguments: [
        ("Hello!", ["Hello!|!"]),
        ("Sure, I can; it is: yes.", ["Sure,|,", "I can;|;", "it is:|:", "yes.|."]),
        ("No mark", ["No mark|"]),
        (
            "Dr. Smith paid 3.50 at 10:30 a.m. in the U.S. today.",
            ["Dr. Smith paid 3.50 at 10:30 a.m. in the U.S. today.|."]
        ),
        ("this is a sentence. so is this.", ["this is a sentence.|.", "so is this.|."]),
        ("It takes approx. five minutes.", ["It takes approx. five minutes.|."]),
        ("Wait... what?", ["Wait...|,", "what?|?"]),
        ("Well…", ["Well…|."]),
        ("What?! No.", ["What?!|?", "No.|."]),
        ("“What?” she asked.", ["“What?”|?", "she asked.|."]),
        ("(This too.)", ["(This too.)|."]),
        ("Well — yes – no, 1990–1995 a-b.", ["Well —|;", "yes –|;", "no,|,", "1990–1995 a-b.|."]),
        ("So—then.", ["So—|;", "then.|."]),
        ("1,000 people, 2,000 cows", ["1,000 people,|,", "2,000 cows|"]),
        ("これは、文です。", ["これは、|,", "文です。|."]),
        ("He said, \"Stop!\" .", ["He said,|,", "\"Stop!\"|."]),
        ("5 + 5, and &.", ["5 + 5,|,", "and &.|."]),
        ("... — , !", []),
        ("", []),
        (" ", []),
    ])
    func cutsAtWhatIsHeard(sentence: String, expected: [String]) {
        let clauses = ClauseSplitter.clauses(of: sentence)
        #expect(clauses.map { "\($0.text)|\($0.mark.map(String.init) ?? "")" } == expected)
    }

    @Test(arguments: [
        ("hˈaʊs (de)hˈaʊs(en-us) ænd", true, "hˈaʊs hˈaʊs ænd"),
        ("ðɪʲ ˈɛnd", true, "ðɪ ˈɛnd"),
        ("mʲatʲ", false, "mʲatʲ"),
        ("iç ʃɔ̃ ɲiñ", false, "ic\u{327} ʃɔ\u{303} ɲin\u{303}"),
        ("a (b", true, "a (b"),
        ("()", true, "()"),
        ("", true, ""),
    ])
    func cleansPhonemes(phonemes: String, isEnglish: Bool, expected: String) {
        let symbols = PhonemeText.symbols(phonemes, isEnglish: isEnglish)
        #expect(symbols == Array(expected.unicodeScalars))
    }
}
