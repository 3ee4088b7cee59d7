import Testing
import VoicePipeline

@Suite struct ReplyScriptTests {
    private static let wide = SpokenBudget(maximumBytes: 1000, maximumWords: 100)

    @Test func givesSentencesAsTheyBecomeWhole() {
        var script = ReplyScript(budget: Self.wide)
        var pieces = [script.add("It is fine. It"), script.add(" is warm, too. Bye")]
        pieces.append(script.finish("It is fine. It is warm, too. Bye"))
        #expect(pieces == [["It is fine."], ["It is warm, too."], ["Bye"]])
        #expect(script.text == "It is fine. It is warm, too. Bye")
    }

    @Test func whatWasNotAddedIsTheLastPart() {
        var script = ReplyScript(budget: Self.wide)
        #expect(script.isEmpty)
        let first = script.add("One. ")
        #expect(!script.isEmpty)
        let last = script.finish("One. Two. Three.")
        #expect(first + last == ["One.", "Two.", "Three."])
        #expect(script.text == "One. Two. Three.")
    }

    @Test func aWholeThatIsAnotherTextCountsForNothing() {
        var script = ReplyScript(budget: Self.wide)
        let first = script.add("One. Two")
        let last = script.finish("Something else.")
        #expect(first + last == ["One.", "Two"])
        #expect(script.text == "One. Two")
    }

    @Test(arguments: [
        ("One. Two is lo", ["One."], "One."),
        ("One. Two is 3.14, so", ["One."], "One."),
        ("One. Two is 3.", ["One."], "One."),
        ("Ask Dr. Wu or", [], ""),
        ("Ask Dr.", [], ""),
        ("One\nTwo", ["One"], "One\n"),
        ("One. “Two!” Th", ["One.", "“Two!”"], "One. “Two!”"),
        ("Really?", ["Really?"], "Really?"),
        ("One. Two! (or", ["One.", "Two!"], "One. Two!"),
        ("Half a sentence", [], ""),
        ("", [], ""),
    ])
    func cutShortItEndsWithItsLastWholeSentence(said: String, expected: [String], text: String) {
        var script = ReplyScript(budget: Self.wide)
        var pieces = script.add(said)
        pieces += script.cutShort()
        #expect(pieces == expected)
        #expect(script.text == text)
        let late = [script.add(" more."), script.finish(said + " more."), script.cutShort()]
        #expect(late == [[], [], []])
    }

    @Test func whatIsBeyondTheBudgetIsNeitherSpokenNorWritten() {
        var script = ReplyScript(budget: SpokenBudget(maximumBytes: 1000, maximumWords: 4))
        var pieces = script.add("One two three. Four five six. Seven.")
        pieces += script.finish("One two three. Four five six. Seven.")
        #expect(pieces == ["One two three."])
        #expect(script.text == "One two three.")
    }

    @Test func anApologyIsTheWholeReply() {
        var script = ReplyScript(budget: Self.wide)
        let before = script.cutShort()
        let apology = script.apologize("Service temporarily unavailable")
        #expect(before + apology == ["Service temporarily unavailable"])
        #expect(script.text == "Service temporarily unavailable")
    }
}

@Suite struct SpokenAllowanceTests {
    private let budget = SpokenBudget(maximumBytes: 100, maximumWords: 5)

    @Test func letsThroughWhatFitsWhole() {
        var allowance = SpokenAllowance(budget)
        let taken = ["One two three.", "Four five.", "Six.", "7"].map { allowance.take($0) }
        #expect(taken == ["One two three.", "Four five.", nil, nil])
        #expect(allowance.isFull)
    }

    /// What would fit behind something that did not is left out, too: an answer has no holes.
    @Test func nothingFollowsWhatWasLeftOut() {
        var allowance = SpokenAllowance(budget)
        let taken = ["One two three.", "Four five six.", "Seven."].map { allowance.take($0) }
        #expect(taken == ["One two three.", nil, nil])
    }

    @Test func cutsOnlyAFirstPiece() {
        var allowance = SpokenAllowance(budget)
        let taken = ["One two three four five six seven.", "Eight."].map { allowance.take($0) }
        #expect(taken == ["One two three four five", nil])
    }

    @Test func bytesCountWithTheBlanksBetweenPieces() {
        var exact = SpokenAllowance(SpokenBudget(maximumBytes: 9, maximumWords: 5))
        let fits = ["Ähm.", "One"].map { exact.take($0) }
        #expect(fits == ["Ähm.", "One"])
        var tight = SpokenAllowance(SpokenBudget(maximumBytes: 8, maximumWords: 5))
        let cut = ["Ähm.", "One"].map { tight.take($0) }
        #expect(cut == ["Ähm.", nil])
    }

    @Test func takesNothingWhereNothingIsAllowed() {
        var allowance = SpokenAllowance(SpokenBudget(maximumBytes: 0, maximumWords: 0))
        let taken = allowance.take("One.")
        #expect(taken == "")
        #expect(allowance.isFull)
    }
}
