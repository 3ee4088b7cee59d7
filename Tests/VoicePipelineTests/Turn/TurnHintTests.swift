import Testing
import VoicePipeline

@Suite struct TurnHintTests {
    private func silence(_ hints: [TurnHint]) -> Int {
        var endpointer = Endpointer()
        for _ in 0..<20 { _ = endpointer.take(0.9) }
        for _ in 0..<6 { _ = endpointer.take(0) }
        for hint in hints { endpointer.hint(hint) }
        return endpointer.silenceMilliseconds
    }

    @Test func shortensAndLengthensWithinBounds() {
        #expect(silence([]) == 704)
        #expect(silence([TurnHint(.words, completeness: 0)]) == 704)
        #expect(silence([TurnHint(.words, completeness: 1)]) == 576)
        #expect(silence([TurnHint(.words, completeness: 0.5)]) == 640)
        #expect(silence([TurnHint(.words, completeness: -1)]) == 1504)
        #expect(silence([TurnHint(.words, completeness: 99)]) == 576)
        #expect(silence([TurnHint(.words, completeness: -.infinity)]) == 1504)
        #expect(silence([TurnHint(.words, completeness: .nan)]) == 704)
    }

    @Test func whoSaysThatMoreWillComeIsBelieved() {
        #expect(silence([TurnHint(.words, completeness: 1), TurnHint(.voice, completeness: -1)]) == 1504)
        #expect(silence([TurnHint(.words, completeness: 0), TurnHint(.voice, completeness: 1)]) == 576)
    }

    @Test func aNewerHintReplacesTheOneBefore() {
        #expect(silence([TurnHint(.words, completeness: -1), TurnHint(.words, completeness: 1)]) == 576)
    }

    @Test func endsThePauseSoonerOrLater() {
        for (completeness, frames) in [(1, 18), (-1, 47), (0, 22)] as [(Float, Int)] {
            var endpointer = Endpointer()
            for _ in 0..<20 { _ = endpointer.take(0.9) }
            var taken = 0
            while taken < 100 {
                taken += 1
                let event = endpointer.take(0)
                if case .paused = event { endpointer.hint(TurnHint(.voice, completeness: completeness)) }
                if case .ended = event { break }
            }
            #expect(taken == frames)
        }
    }

    @Test func aLateHintEndsThePauseAtTheNextFrame() {
        var endpointer = Endpointer()
        for _ in 0..<20 { _ = endpointer.take(0.9) }
        for _ in 0..<20 { _ = endpointer.take(0) }
        endpointer.hint(TurnHint(.words, completeness: 1))
        #expect(endpointer.take(0) == .ended(20 * 512))
    }

    @Test func aHintIsForOnePauseOnly() {
        var endpointer = Endpointer()
        endpointer.hint(TurnHint(.words, completeness: 1))
        for _ in 0..<20 { _ = endpointer.take(0.9) }
        endpointer.hint(TurnHint(.words, completeness: 1))
        for _ in 0..<6 { _ = endpointer.take(0) }
        #expect(endpointer.silenceMilliseconds == 704)
        endpointer.hint(TurnHint(.words, completeness: 1))
        for _ in 0..<6 { _ = endpointer.take(0.9) }
        for _ in 0..<6 { _ = endpointer.take(0) }
        #expect(endpointer.isPaused && endpointer.silenceMilliseconds == 704)
    }

    @Test func aVoiceSaysLittleUnlessItIsSure() {
        let probabilities: [Float] = [0, 0.025, 0.05, 0.5, 0.9, 0.94, 0.98, 1]
        let expected: [Float] = [-0.5, -0.25, 0, 0, 0, 0.5, 1, 1]
        for (probability, completeness) in zip(probabilities, expected) {
            #expect(abs(TurnHint(voice: probability).completeness - completeness) < 1e-4)
        }
        #expect(TurnHint(voice: .nan).completeness == 0)
        #expect(TurnHint(voice: 0.5).source == .voice)
    }

    @Test(arguments: [
        "turn on the light and", "I want to go, but", "Set a timer for", "set a timer for ten", "Set a timer for 10.",
        "add milk to the", "What is five times", "remind me", "um", "it was the", "I was thinking...", "so I went to-",
    ])
    func waitsForMore(text: String) {
        #expect(TurnHint(text: text).completeness == -1)
    }

    @Test(arguments: ["four,", "He turned sharply,", "We talked about that", "put it in"])
    func expectsMore(text: String) {
        #expect(TurnHint(text: text).completeness == -0.5)
    }

    @Test(arguments: [
        "What time is it?", "Set a timer for ten minutes.", "Stop!", "Turn the light on.", "You like it?",
    ])
    func waitsLess(text: String) {
        #expect(TurnHint(text: text).completeness == 1)
    }

    @Test(arguments: [
        "", " ", "...?!", "He was not an ill disposed young man.", "ten of clubs", "Ich möchte nach Hause", "What?",
        "what time is it", "今何時ですか",
    ])
    func saysNothing(text: String) {
        #expect(TurnHint(text: text).completeness == 0)
    }
}
