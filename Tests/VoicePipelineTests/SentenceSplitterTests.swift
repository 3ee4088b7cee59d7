import Testing
import VoicePipeline

@Suite struct SentenceSplitterTests {
    @Test(arguments: [
        ("Hello there. How are you?", ["Hello there.", "How are you?"]),
        ("One! Two? Three… Four.", ["One!", "Two?", "Three…", "Four."]),
        ("No full stop", ["No full stop"]),
        ("It is 3.5 km, or 2.2 miles. Really.", ["It is 3.5 km, or 2.2 miles.", "Really."]),
        ("Dr. Smith met Mrs. Jones. They talked.", ["Dr. Smith met Mrs. Jones.", "They talked."]),
        ("Use salt, e.g. sea salt. Or none.", ["Use salt, e.g. sea salt.", "Or none."]),
        ("Use fruit, i.e. Apples. Now.", ["Use fruit, i.e. Apples.", "Now."]),
        ("Come at 3 p.m. Then we eat.", ["Come at 3 p.m.", "Then we eat."]),
        ("Come at 3 p.m. and eat.", ["Come at 3 p.m. and eat."]),
        ("The U.S. Army is big. Yes.", ["The U.S. Army is big.", "Yes."]),
        ("J. S. Bach wrote it. So did I. You know.", ["J. S. Bach wrote it.", "So did I.", "You know."]),
        ("See No. 5 on Jan. 3. No. It is gone.", ["See No. 5 on Jan. 3.", "No.", "It is gone."]),
        ("It takes approx. Five minutes. Done.", ["It takes approx. Five minutes.", "Done."]),
        ("Wait... what? Well... Fine.", ["Wait... what?", "Well...", "Fine."]),
        ("What?! No way!! Yes.", ["What?!", "No way!!", "Yes."]),
        ("He said \"Stop.\" Then he left.", ["He said \"Stop.\"", "Then he left."]),
        ("“Really?” she asked. ‘Yes.’ Good.", ["“Really?” she asked.", "‘Yes.’", "Good."]),
        ("(This too.) And this.", ["(This too.)", "And this."]),
        ("Go to example.com or ask. OK?", ["Go to example.com or ask.", "OK?"]),
        ("See https://www.example.com/a.b?c=d. Thanks.", ["See example.com.", "Thanks."]),
        ("Title\nFirst line\r\nSecond line", ["Title", "First line", "Second line"]),
        ("To do:\n1. Milk\n2. Eggs and **ham**\n- tea", ["To do:", "1. Milk", "2. Eggs and ham", "tea"]),
        ("1. Buy milk. Then rest.", ["1. Buy milk.", "Then rest."]),
        ("これは文です。次の文！終わり？はい", ["これは文です。", "次の文！", "終わり？", "はい"]),
        ("**Yes.** It is.", ["Yes.", "It is."]),
        ("Great 🎉. 🎉🎉 Done ✅!", ["Great.", "Done!"]),
        ("```swift\nlet a = 1\n```\nThat is code.", ["let a = 1", "That is code."]),
        ("A ratio of .5 is fine. OK", ["A ratio of .5 is fine.", "OK"]),
        ("At 3 P.M. Then (J. Doe) left.", ["At 3 P.M.", "Then (J. Doe) left."]),
        ("I was born in 1990. Then I grew.", ["I was born in 1990.", "Then I grew."]),
        ("  \n \n ... --- 🎉 ***  ", []),
        ("", []),
    ])
    func givesSentences(text: String, expected: [String]) {
        #expect(SentenceSplitter.pieces(of: text) == expected)
    }

    @Test(arguments: [
        "It is 3.5 km. Dr. Wu knows it, e.g. from maps! Really? Yes… 1. One\n2. Two. これは。次 “A.” said B. e\u{301}t\u{301}e 👩‍👩‍👧. End"
    ])
    func theSizeOfDeltasDoesNotMatter(text: String) {
        let expected = SentenceSplitter.pieces(of: text)
        #expect(expected.count > 8)
        for size in 1...20 {
            var splitter = SentenceSplitter()
            var pieces: [String] = []
            var scalars = text.unicodeScalars[...]
            while !scalars.isEmpty {
                pieces += splitter.add(String(String.UnicodeScalarView(scalars.prefix(size))))
                scalars = scalars.dropFirst(size)
            }
            #expect(pieces + splitter.finish() == expected, "deltas of \(size)")
        }
    }

    @Test func givesASentenceAsSoonAsTheNextBegins() {
        var splitter = SentenceSplitter()
        #expect(splitter.add("It is three") == [])
        #expect(splitter.add(" o'clock.") == [])
        #expect(splitter.add(" ") == [])
        #expect(splitter.add("W") == ["It is three o'clock."])
        #expect(splitter.add("ait.\n") == ["Wait."])
        #expect(splitter.finish() == [])
    }

    @Test func finishMakesItNew() {
        var splitter = SentenceSplitter()
        _ = splitter.add("First half")
        #expect(splitter.finish() == ["First half"])
        #expect(splitter.finish() == [])
        #expect(splitter.add("Second. ") + splitter.finish() == ["Second."])
    }

    // MARK: - Length

    @Test func aLongSentenceIsCutAtAClause() {
        let clause = "one two three four five six seven eight nine ten"
        let text = [clause, clause, clause, clause, clause, clause].joined(separator: ", ") + "."
        let pieces = SentenceSplitter.pieces(of: text)
        #expect(pieces.count == 2)
        #expect(pieces.allSatisfy { $0.count <= 200 })
        #expect(pieces.first?.hasSuffix("ten,") == true)
        #expect(pieces.joined(separator: " ") == text)
    }

    @Test func withoutAClauseItIsCutAtASpace() {
        let text = String(repeating: "word ", count: 100)
        let pieces = SentenceSplitter.pieces(of: text)
        #expect(pieces.allSatisfy { $0.count <= 200 && $0.hasPrefix("word") && $0.hasSuffix("word") })
        #expect(pieces.joined(separator: " ").split(separator: " ").count == 100)
    }

    @Test func aTextWithoutCapitalsIsCutAtItsSentences() {
        let text = String(repeating: "this is a sentence of a lazy writer. ", count: 10)
        let pieces = SentenceSplitter.pieces(of: text)
        #expect(pieces.count == 2)
        #expect(pieces.allSatisfy { $0.count <= 200 && $0.hasSuffix("writer.") })
    }

    @Test func aWordWithoutEndIsCut() {
        var splitter = SentenceSplitter(maximumLength: 50)
        let pieces = splitter.add(String(repeating: "a", count: 175))
        #expect(pieces.map(\.count) == [50, 50, 50])
        #expect(splitter.finish().map(\.count) == [25])
    }

    @Test func whatIsKeptStaysBounded() {
        var splitter = SentenceSplitter()
        var given = 0
        for _ in 0..<2_000 { given += splitter.add("no end in sight ").joined().count }
        #expect(given > 2_000 * 13 - 200)
        #expect(splitter.finish().joined().count <= 200)
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [".", "...", "\"", "*", "[", "[a](", "<a", "|", "&", "~", "\u{301}", "。", "- ", "https://"])
    func aFloodOfMarksIsNoBurden(mark: String) {
        let pieces = SentenceSplitter.pieces(of: String(repeating: mark, count: 50_000))
        #expect(pieces.allSatisfy { $0.count <= 200 })
    }
}
