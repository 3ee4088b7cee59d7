import Testing
import VoicePipeline

@Suite struct StablePrefixTests {
    /// What is known after each look, stable and rest parted by a bar.
    private func looks(_ texts: String...) -> [String] {
        var prefix = StablePrefix()
        return texts.map {
            let partial = prefix.take($0)
            return "\(partial.stable)|\(partial.rest)"
        }
    }

    @Test func whatTwoLooksAgreeOnIsStable() {
        #expect(
            looks("set a", "set a timer", "set a timer for ten", "set a timer for ten minutes")
                == ["|set a", "set a| timer", "set a timer| for ten", "set a timer for ten| minutes"])
    }

    @Test func oneLookSettlesNothing() {
        #expect(looks("what time is it") == ["|what time is it"])
        #expect(StablePrefix().partial == PartialTranscript())
    }

    @Test func theLastWordMayBeHalfSaid() {
        #expect(looks("for four", "for four", "for fourteen") == ["|for four", "for| four", "for| fourteen"])
    }

    @Test func caseAndPunctuationDoNotCount() {
        #expect(
            looks("Go forward.", "go Forward, then", "Go forward. Then turn")
                == ["|Go forward.", "go Forward,| then", "go Forward, Then| turn"])
    }

    @Test func disagreementWaits() {
        #expect(
            looks("I scream for", "ice cream for me", "ice cream for me and")
                == ["|I scream for", "|ice cream for me", "ice cream for me| and"])
    }

    @Test func whatIsStableStaysAndTheRestIsLaidBehindIt() {
        // A word heard otherwise, one too many, one too few, and all of them otherwise.
        let base = ["turn on the light in", "turn on the light in the", "turn on the light in the kitchen"]
        let later = [
            "turn off the light in the kitchen now": "turn on the light in the kitchen| now",
            "please turn on the light in the kitchen now": "turn on the light in the kitchen| now",
            "turn the light in the kitchen now": "turn on the light in the kitchen| now",
            "turn on": "turn on the light in the|",
            "": "turn on the light in the|",
        ]
        for (text, expected) in later {
            var prefix = StablePrefix()
            for look in base { _ = prefix.take(look) }
            let partial = prefix.take(text)
            #expect("\(partial.stable)|\(partial.rest)" == expected)
        }
    }

    @Test func anEmptyLookIsNoAgreement() {
        #expect(
            looks("", "yes", "", "yes please do", "yes please do") == [
                "|", "|yes", "|", "|yes please do", "yes please| do",
            ])
    }

    @Test func whiteSpaceIsOneSpace() {
        #expect(looks("  a \n b\tc ", "a b  c d") == ["|a b c", "a b c| d"])
    }

    @Test func otherScriptsAndMarksDoNoHarm() {
        #expect(looks("ÄRGER über ÖL", "ärger Über öl ist") == ["|ÄRGER über ÖL", "ärger Über öl| ist"])
        #expect(looks("- ... !", "- ... ! -") == ["|- ... !", "- ... !| -"])
        #expect(looks("今天天气", "今天天气很好") == ["|今天天气", "|今天天气很好"])
    }

    @Test func nothingStableIsEverTakenBack() {
        let vocabulary = ["go", "Go.", "to", "two", "the", "The,", "a", "kitchen", "-", "10", "ten"]
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<400 {
            var prefix = StablePrefix()
            var before = PartialTranscript()
            var words: [String] = []
            for _ in 0..<25 {
                // A growing text, some of whose words change, go or come.
                if let word = vocabulary.randomElement(using: &generator) { words.append(word) }
                for _ in 0..<Int.random(in: 0..<3, using: &generator) where !words.isEmpty {
                    let place = Int.random(in: words.indices, using: &generator)
                    switch Int.random(in: 0..<3, using: &generator) {
                    case 0: words[place] = vocabulary.randomElement(using: &generator) ?? ""
                    case 1: words.remove(at: place)
                    default: words.insert("new", at: place)
                    }
                }
                let now = prefix.take(words.joined(separator: " "))
                #expect(
                    now.stable == before.stable
                        || now.stable.hasPrefix(before.stable.isEmpty ? "" : before.stable + " "))
                #expect(now.rest.isEmpty || now.stable.isEmpty || now.rest.first == " ")
                #expect(now.rest.last != " " && now.stable.last != " " && now.stable.first != " ")
                #expect(now == prefix.partial)
                before = now
            }
        }
    }

    @Test func aLookOfAbsurdLengthIsCut() {
        var prefix = StablePrefix()
        for _ in 0..<3 { _ = prefix.take(String(repeating: "word ", count: 5_000)) }
        #expect(prefix.partial.text.count < 5_000)
    }
}
