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
}
