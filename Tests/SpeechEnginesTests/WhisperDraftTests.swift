import SpeechEngines
import Testing
import VoicePipeline

@Suite struct WhisperDraftTests {
    /// What a draft guesses after one text and the next.
    private func draft(_ tokens: [Int]?, limit: Int = 100) -> ([Int]) -> [Int] {
        var draft = WhisperDraft(tokens.map { RecognitionDraft(tokens: $0) }, endOfText: 1_000, limit: limit)
        return { Array(draft.guesses(after: $0)) }
    }

    @Test func guessesWhatFollows() {
        let draft = draft([1, 2, 3])
        #expect(draft([1]) == [2, 3])
        #expect(draft([1, 2]) == [3])
        #expect(draft([1, 2, 3]).isEmpty)
        #expect(draft([1, 2, 3, 4]).isEmpty)
    }

    @Test func oneWrongGuessEndsIt() {
        let draft = draft([1, 2, 3])
        #expect(draft([1, 9]).isEmpty)
        #expect(draft([1, 2]).isEmpty)
    }

    @Test func isCutAtWhatIsNoText() {
        for wrong in [1_000, 50_257, -1, .max, .min] {
            let draft = draft([1, wrong, 3])
            #expect(draft([]) == [1])
        }
    }

    @Test func isCutAtTheLimits() {
        let short = draft(Array(0..<50), limit: 3)
        #expect(short([]) == [0, 1, 2])
        let none = draft([1], limit: -1)
        #expect(none([]).isEmpty)
        let long = draft(Array(0..<90))
        #expect(long([0]) == Array(1...WhisperDraft.most))
    }

    @Test func noDraftGuessesNothing() {
        let draft = draft(nil)
        #expect(draft([]).isEmpty)
        #expect(draft([1]).isEmpty)
    }
}
