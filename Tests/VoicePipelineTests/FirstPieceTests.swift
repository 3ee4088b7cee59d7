import Testing
import VoicePipeline

/// `SentenceSplitter` with a short first piece.
@Suite struct FirstPieceTests {
    @Test(arguments: [
        // At a clause.
        ("It is a fine day, and the sun is out.", ["It is a fine day,", "and the sun is out."]),
        ("Sure, I can do that, if you tell me how.", ["Sure, I can do that,", "if you tell me how."]),
        ("I have three: red, green and blue. Pick one.", ["I have three:", "red, green and blue.", "Pick one."]),
        ("Paris is old — older than most.", ["Paris is old —", "older than most."]),
        ("He said “I will come,” and he came late.", ["He said “I will come,”", "and he came late."]),
        // Before a phrase.
        (
            "The weather in Paris is sunny today with light wind.",
            ["The weather in Paris is sunny today", "with light wind."]
        ),
        (
            "Photosynthesis turns light and water into sugar that plants store.",
            ["Photosynthesis turns light and water", "into sugar that plants store."]
        ),
        // Nothing to cut at, or too little behind it.
        ("It is seven o'clock.", ["It is seven o'clock."]),
        ("It is seven o'clock, Bob.", ["It is seven o'clock, Bob."]),
        ("That is what I was looking for.", ["That is what I was looking for."]),
        ("Yes, no, maybe.", ["Yes, no, maybe."]),
        ("Your timer for ten minutes is set.", ["Your timer for ten minutes is set."]),
        // Numbers, dates and names stay whole.
        ("They were born on March 4, 2026 at home.", ["They were born on March 4, 2026", "at home."]),
        ("There are 1,234,567 people here.", ["There are 1,234,567 people here."]),
        ("I would say between 3 and 5 of them will come.", ["I would say between 3 and 5", "of them will come."]),
        ("About eight people ate one in ten of them.", ["About eight people ate one in ten", "of them."]),
        ("My friends all live near Trinidad and Tobago now.", ["My friends all live near Trinidad and Tobago now."]),
        ("You should ask my friend Dr. Wu for help.", ["You should ask my friend Dr. Wu", "for help."]),
        ("The old shop (in the town, by the sea) is open.", ["The old shop (in the town, by the sea)", "is open."]),
        ("See [the page, and more](https://a.example/x,y) for it.", ["See the page, and more", "for it."]),
        // A very short sentence does not buy much time.
        (
            "Sure! I can help you with that, of course I can.",
            ["Sure!", "I can help you with that,", "of course I can."]
        ),
        ("🎉 --- \nI can help you with that, of course I can.", ["I can help you with that,", "of course I can."]),
        // Only the beginning is short.
        (
            "It is a fine day. It is a fine day, and the sun is out.",
            ["It is a fine day.", "It is a fine day, and the sun is out."]
        ),
        ("", []),
        ("one, two\nthree, four five six", ["one, two", "three, four five six"]),
    ])
    func beginsShort(text: String, expected: [String]) {
        #expect(SentenceSplitter.pieces(of: text, firstPiece: .short) == expected)
    }

    static let texts = [
        "Sure, I can help you with that, if you tell me what you need. It is 3.5 km to Dr. Wu, e.g. by bike.",
        "The capital of France is Paris, which lies on the river Seine and has about 2.1 million people. Anything else?",
        "Water boils at one hundred degrees at sea level, but at higher altitudes the boiling point drops because the "
            + "air pressure is lower. That is why pasta takes longer in the mountains!",
        "No. 5 is alive… I think; therefore (as they say) I am — or so it seems to me on Jan. 3, 2026, at 7:15 p.m. "
            + "“Really?” she asked. Yes!",
        "Okay!\nHere is a list:\n1. **Milk**, eggs and bread\n2. `code, and more` for all of you\n- tea",
        "これは文です、そして次の文！ e\u{301}t\u{301}e, 👩‍👩‍👧 family of three with a dog, and a cat.",
        "a aa aaa, aaaa aaaaa aaaaaa aaaaaaa aaaaaaaa aaaaaaaaa aaaaaaaaaa aaaaaaaaaaa aaaaaaaaaaaa aaaaaaaaaaaaa aaaaaa "
            + String(repeating: "b", count: 300) + ", and so on and on.",
        String(repeating: "of the and in 5 and 6 to a ", count: 30),
        String(repeating: "word ", count: 80) + ", end of it",
    ]

    @Test(arguments: texts) func theSizeOfDeltasDoesNotMatter(text: String) {
        let expected = SentenceSplitter.pieces(of: text, firstPiece: .short)
        for size in 1...30 {
            var splitter = SentenceSplitter(firstPiece: .short)
            var pieces: [String] = []
            var scalars = text.unicodeScalars[...]
            while !scalars.isEmpty {
                pieces += splitter.add(String(String.UnicodeScalarView(scalars.prefix(size))))
                scalars = scalars.dropFirst(size)
            }
            #expect(pieces + splitter.finish() == expected, "deltas of \(size)")
        }
    }

    /// Any text of these words and marks: what is spoken is the text, and no piece is one word of a sentence alone.
    @Test func thePiecesAreTheText() {
        let words = [
            "Dr.", "Wu,", "the", "and", "for", "3,", "1,234.5", "May", "which", "is", "fine.", "Yes!", "a", "p.m.",
            "(so",
            "it)", "—", "well;", "in", "five", "hundred", "because", "Paris", "to", "of", "\n", "go:", "“No,”", "e.g.",
        ]
        var random = Sequence()
        for _ in 0..<800 {
            let text = (0..<random.next(below: 40)).map { _ in words[random.next(below: words.count)] }
                .joined(separator: " ")
            let long = SentenceSplitter.pieces(of: text)
            let short = SentenceSplitter.pieces(of: text, firstPiece: .short)
            #expect(short.joined(separator: " ") == long.joined(separator: " "), "\(text)")
            var splitter = SentenceSplitter(firstPiece: .short)
            let streamed = text.flatMap { splitter.add(String($0)) } + splitter.finish()
            #expect(streamed == short, "\(text)")
        }
    }

    @Test func givesTheFirstPieceAsSoonAsItIsCertain() {
        var splitter = SentenceSplitter(firstPiece: .short)
        #expect(splitter.add("It is a fine day,") == [])
        // "It is a fine day, Bob." would leave a word alone.
        #expect(splitter.add(" and") == [])
        #expect(splitter.add(" t") == ["It is a fine day,"])
        #expect(splitter.add("he sun is out, and") == [])
        #expect(splitter.finish() == ["the sun is out, and"].map { "and " + $0 })

        #expect(splitter.add("The weather in Paris is sunny today") == [])
        #expect(splitter.add(" with") == [])
        #expect(splitter.add(" l") == ["The weather in Paris is sunny today"])
        #expect(splitter.finish() == ["with l"])
    }

    /// What follows a short beginning must be made before that is over.
    @Test func theSecondPieceIsOfMiddlingLength() {
        let text =
            "Sure, I can help. The tower was built between the years of the two great exhibitions by a company of "
            + "engineers who had never made anything that tall before in their lives and who were proud of it. "
            + "The tower was built between the years of the two great exhibitions by a company of engineers who had "
            + "never made anything that tall."
        let pieces = SentenceSplitter.pieces(of: text, firstPiece: .short)
        #expect(
            pieces == [
                "Sure, I can help.",
                "The tower was built between the years of the two great exhibitions by a company of engineers",
                "who had never made anything that tall before in their lives and who were proud of it.",
                "The tower was built between the years of the two great exhibitions by a company of engineers who had "
                    + "never made anything that tall.",
            ])
    }

    @Test func aSentenceWithoutAnyBoundaryIsCutSomewhere() {
        let text = String(repeating: "word ", count: 30)
        let first = SentenceSplitter.pieces(of: text, firstPiece: .short).first
        #expect(first?.split(separator: " ").count == 12)
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [",", ", ", "a, ", "and ", "( ", "5, ", "a b c d e f and ", "— ", "\u{301}", " "])
    func aFloodIsNoBurden(mark: String) {
        let pieces = SentenceSplitter.pieces(of: String(repeating: mark, count: 2_000), firstPiece: .short)
        #expect(pieces.allSatisfy { $0.count <= 200 })
    }
}

/// Numbers that are the same in every run.
private struct Sequence {
    private var state: UInt64 = 42

    mutating func next(below bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
    }
}
