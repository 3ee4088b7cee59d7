import SpeechEngines
import Testing

@Suite struct WhisperRepetitionGuardTests {
    private func cut(_ tokens: [Int], duration: Double = 0.5) -> [Int]? {
        var tokens = tokens
        return RepetitionGuard(duration: duration).cut(&tokens) ? tokens : nil
    }

    @Test func aPhraseSaidTwiceIsCutToOne() {
        #expect(cut([1, 2, 3, 1, 2, 3]) == [1, 2, 3])
        #expect(cut([9, 1, 2, 3, 4, 1, 2, 3, 4]) == [9, 1, 2, 3, 4])
    }

    @Test func aWordOrPairSaidFourTimesIsCutToOne() {
        #expect(cut([8, 5, 5, 5, 5]) == [8, 5])
        #expect(cut([8, 5, 6, 5, 6, 5, 6, 5, 6]) == [8, 5, 6])
    }

    @Test func aWordOrPairSaidThreeTimesStays() {
        #expect(cut([8, 5, 5, 5]) == nil)
        #expect(cut([5, 6, 5, 6, 5, 6]) == nil)
    }

    @Test func peopleWhoRepeatThemselvesAreNotCut() {
        // "words words words words" takes more than 1.2 s to say.
        #expect(cut([5, 5, 5, 5], duration: 1.2) == nil)
        #expect(cut([1, 2, 3, 1, 2, 3], duration: 2) == nil)
        #expect(cut([5, 5, 5, 5], duration: 1.1) == [5])
    }

    @Test func onlyTheEndCounts() {
        #expect(cut([1, 2, 3, 1, 2, 3, 4]) == nil)
        #expect(cut([]) == nil)
        #expect(cut([1]) == nil)
    }
}
