import SpeechEngines
import Testing

@Suite struct WhisperLimitsTests {
    @Test(arguments: [
        (0, 800, 10), (16000, 800, 17), (7 * 16000, 800, 59), (7 * 16000 + 1, 802, 59), (20 * 16000, 2100, 150),
        (29 * 16000, 3000, 200), (30 * 16000, 3000, 200),
    ])
    func givesContextAndTokens(samples: Int, frames: Int, tokens: Int) {
        let limits = WhisperLimits(samples: samples)
        #expect(limits.frames == frames)
        #expect(limits.maxTokens == tokens)
        #expect(limits.frames.isMultiple(of: 2))
    }

    @Test func looksAndSecondThoughtsHaveContextsOfTheirOwn() {
        let second = 16000
        #expect(WhisperLimits(samples: 2 * second, context: .look).frames == 400)
        #expect(WhisperLimits(samples: 5 * second, context: .look).frames == 600)
        #expect(WhisperLimits(samples: 2 * second, context: .full).frames == 3000)
        // How much may be said is a matter of the audio alone.
        #expect(WhisperLimits(samples: 2 * second, context: .look).maxTokens == 24)
        #expect(WhisperLimits(samples: 2 * second, context: .full).maxTokens == 24)
    }
}
