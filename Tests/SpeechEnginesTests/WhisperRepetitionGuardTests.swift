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

    @Test func aCopyThatTakesNoTimeWasNotSaid() {
        let said = [9, 1, 2, 3, 4, 5]
        let twice = said + [1, 2, 3, 4, 5]
        #expect(RepetitionGuard.repeated(twice) == 5)
        // 50 positions are a second: the phrase takes two, the copy a quarter.
        #expect(RepetitionGuard.unspoken(twice, starts: [0, 10, 30, 50, 70, 90, 110, 112, 114, 116, 118, 122]) == 5)
        // Said again, if quicker; what comes before it may hold silence, so that their lengths say nothing.
        #expect(RepetitionGuard.unspoken(twice, starts: [0, 10, 30, 50, 70, 90, 110, 125, 140, 155, 170, 180]) == 0)
        #expect(RepetitionGuard.unspoken(said, starts: [0, 10, 30, 50, 70, 90, 110]) == 0)
        // Times that are not those of the text say nothing.
        #expect(RepetitionGuard.unspoken(twice, starts: []) == 0)
    }

    @Test func shortPhrasesAndOtherPlacesAreNotLookedAt() {
        #expect(RepetitionGuard.repeated([1, 2, 3, 1, 2, 3]) == nil)
        #expect(RepetitionGuard.repeated([1, 2, 3, 4, 1, 2, 3, 4, 5]) == nil)
        #expect(RepetitionGuard.repeated([1, 2, 1, 2, 1, 2, 1, 2]) == 4)
        #expect(RepetitionGuard.repeated([]) == nil)
    }
}
