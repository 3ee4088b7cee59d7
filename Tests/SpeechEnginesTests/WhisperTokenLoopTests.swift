import SpeechEngines
import Testing

@Suite struct WhisperTokenLoopTests {
    private let end = 100

    private func loop(seconds: Int = 2, room: Int = 446) -> WhisperTokenLoop {
        WhisperTokenLoop(limits: WhisperLimits(samples: seconds * 16000), endOfText: end, room: room)
    }

    @Test func feedsEachTokenUntilTheEndOfText() {
        var loop = loop()
        let actions = [(7, -0.5), (8, -0.25), (end, -0.75)].map { loop.take($0, logProbability: Float($1)) }
        #expect(actions == [.feed(7), .feed(8), .finish])
        #expect(loop.tokens == [7, 8])
        #expect(loop.averageLogProbability == -0.5)
    }

    @Test func anythingThatIsNoTextEndsIt() {
        for token in [end, end + 1, 50_000, -1] {
            var loop = loop()
            #expect(Self.take(token, &loop) == .finish)
            #expect(loop.tokens.isEmpty)
        }
    }

    @Test func endsAtTheLimit() {
        var loop = loop(seconds: 1)
        var taken = 0
        while Self.take(taken % 99, &loop) != .finish { taken += 1 }
        #expect(loop.tokens.count == 17)
        #expect(Self.take(1, &loop) == .finish)
        #expect(loop.tokens.count == 17)
    }

    @Test func endsWhereTheDecoderHasNoRoom() {
        var loop = loop(seconds: 30, room: 3)
        #expect([1, 2, 3].map { Self.take($0, &loop) } == [.feed(1), .feed(2), .finish])
        var none = self.loop(room: -5)
        #expect(Self.take(1, &none) == .finish)
        #expect(none.tokens.isEmpty)
    }

    @Test func endsWhenItGoesRoundInCircles() {
        var loop = loop()
        let actions = [1, 2, 3, 4, 1, 2, 3, 4].map { Self.take($0, &loop) }
        #expect(actions.last == .finish)
        #expect(actions.dropLast().allSatisfy { $0 != .finish })
        #expect(loop.tokens == [1, 2, 3, 4])
        #expect(loop.averageLogProbability == -1)
    }

    @Test func isSilentAboutNothing() {
        #expect(loop().averageLogProbability == 0)
    }

    private static func take(_ token: Int, _ loop: inout WhisperTokenLoop) -> WhisperTokenLoop.Action {
        loop.take(token, logProbability: -1)
    }
}
