import Testing
import VoiceBrain

@Suite struct ReplyTextTests {
    private func whole(_ text: String, by size: Int = 1) -> String {
        var reply = ReplyText()
        var pieces = ""
        var rest = text[...]
        while !rest.isEmpty {
            pieces += reply.add(String(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        pieces += reply.finish()
        #expect(pieces == reply.text)
        return pieces
    }

    @Test(arguments: [
        ("Hello there.", "Hello there."),
        ("  Hello   there. \n", "Hello there."),
        ("This is **very** _important_, `really`.", "This is very important, really."),
        ("# Title\n\nText.", "Title. Text."),
        ("Buy:\n- milk\n- eggs", "Buy: milk. eggs"),
        ("* one\n* two", "one. two"),
        ("3 * 4 is 12.", "3 * 4 is 12."),
        ("Is 3 < 5? Yes.", "Is 3 < 5? Yes."),
        ("See [the site](https://example.org/x).", "See the site."),
        ("<think>Let me see. 2 < 3</think>Four.", "Four."),
        ("<think>never closed", ""),
        ("A <b>bold</b> word.", "A bold word."),
        ("Great! 🎉 Done.", "Great! Done."),
        ("```\ncode\n```", "code."),
        ("---", ""),
        ("Don't use snake_case.", "Don't use snake_case."),
        ("A<", "A<"),
        ("\u{200B}", "\u{200B}"),
        ("", ""),
        (" \n\t ", ""),
    ])
    func cleans(_ text: String, _ spoken: String) {
        for size in [1, 2, 3, 7, 1000] { #expect(whole(text, by: size) == spoken, "pieces of \(size)") }
    }

    @Test func endsALongAnswerWithASentence() {
        let text = whole(String(repeating: "This is one sentence of many. ", count: 3000), by: 50)
        #expect(text.hasSuffix("many."))
        #expect((ReplyText.softLimit...ReplyText.hardLimit).contains(text.count))
    }

    @Test func endsAnEndlessSentenceWithAWord() {
        let text = whole(String(repeating: "blah ", count: 20_000), by: 50)
        #expect(text.hasSuffix("blah."))
        #expect(text.count <= ReplyText.hardLimit + 10)
    }

    @Test func leavesOutAnEndlessWord() {
        #expect(whole("Well. " + String(repeating: "x", count: 100_000), by: 100) == "Well.")
    }

    @Test func endlessThoughtsAreNothing() {
        var reply = ReplyText()
        _ = reply.add("<think>")
        for _ in 0..<1000 { _ = reply.add(String(repeating: "thinking ", count: 20)) }
        #expect(reply.isFull)
        #expect(reply.finish() == "")
    }

    @Test func givesWordsOnAsSoonAsTheyAreWhole() {
        var reply = ReplyText()
        #expect(reply.add("Hel") == "")
        #expect(reply.add("lo wor") == "Hello")
        #expect(reply.add("ld. Bye") == " world.")
        #expect(reply.finish() == " Bye")
    }
}
