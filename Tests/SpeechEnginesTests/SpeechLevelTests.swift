import SpeechEngines
import Testing

@Suite struct SpeechLevelTests {
    @Test func partsAreTogetherTheWhole() {
        let samples = (0..<5_000).map { Float($0 % 97) / 200 }
        for lengths in [[5_000], [1, 4_999], [2_000, 2_000, 1_000], [100, 30, 20, 4_850]] {
            var level = SpeechLevel(gain: 1.5, sampleRate: 22_050)
            #expect(leveled(samples, lengths, &level) == samples.map { $0 * 1.5 }, "\(lengths)")
            #expect(level.factor == 1.5)
        }
    }

    @Test func onlyFiveMillisecondsAreKeptBack() {
        var level = SpeechLevel(gain: 1, sampleRate: 22_050)
        #expect(level.next([Float](repeating: 0.1, count: 1_000), isLast: false).count == 1_000 - 110)
        #expect(level.next([Float](repeating: 0.1, count: 1_000), isLast: false).count == 1_000)
        #expect(level.next([Float](repeating: 0.1, count: 1_000), isLast: true).count == 1_110)
        // What is shorter than that is not lost.
        var short = SpeechLevel(gain: 1, sampleRate: 22_050)
        #expect(short.next([0.1, 0.2], isLast: false).isEmpty)
        #expect(short.next([0.3], isLast: true) == [0.1, 0.2, 0.3])
        #expect(short.next([], isLast: true).isEmpty)
    }

    @Test func aLoudFirstPartIsLoweredAsAWhole() {
        var level = SpeechLevel(gain: 2, sampleRate: 1_000)
        let sound = level.next([0.1, -0.2, 0.9], isLast: true)
        #expect(abs(sound[2] - 0.95) < 1e-6)
        #expect(abs(sound[0] / sound[1] + 0.5) < 1e-6)
    }

    @Test func aLoudPartLowersWhatFollowsAndNothingClicks() {
        // A constant, so that a step of the result is a step of the factor; the loud spot is a part's first sample.
        let samples = [Float](repeating: 0.4, count: 1_000) + [1.9] + [Float](repeating: 0.4, count: 1_999)
        var level = SpeechLevel(gain: 2, sampleRate: 22_050)
        let sound = leveled(samples, [1_000, 1_000, 1_000], &level)
        #expect(sound.count == samples.count)
        #expect((sound.map(abs).max() ?? 1) < 0.950_001)
        #expect(abs(sound[1_000] - 0.95) < 1e-6)
        #expect(sound[..<890].allSatisfy { $0 == 0.8 })
        let quiet = sound[..<1_000] + sound[1_001...]
        let steps = zip(quiet, quiet.dropFirst()).map { $1 - $0 }
        // It falls from 0.8 to 0.2 over 110 samples, evenly, and never rises.
        #expect((steps.max() ?? 1) <= 0)
        #expect((steps.min() ?? -1) > -0.006)
        #expect(abs((sound.last ?? 0) - 0.2) < 1e-6)
        #expect(level.factor == 0.5)
    }

    @Test func nothingGetsLouderThanThePeak() {
        var random = SystemRandomNumberGenerator()
        let samples = (0..<20_000).map { Float($0) / 5_000 * Float.random(in: -1...1, using: &random) }
        var level = SpeechLevel(gain: 4, sampleRate: 22_050)
        let sound = leveled(samples, [Int](repeating: 400, count: 50), &level)
        #expect(sound.count == samples.count)
        #expect(sound.allSatisfy { abs($0) < 0.950_001 })
    }

    @Test func whatIsNoNumberIsSilent() {
        var level = SpeechLevel(gain: 1, sampleRate: 0)
        #expect(level.next([.nan, .infinity, -.infinity, 0.5], isLast: false) == [0, 0, 0, 0.5])
        #expect(abs(level.next([.greatestFiniteMagnitude], isLast: true)[0] - 0.95) < 1e-5)
    }

    private func leveled(_ samples: [Float], _ lengths: [Int], _ level: inout SpeechLevel) -> [Float] {
        var sound: [Float] = []
        var start = 0
        for length in lengths {
            let end = start + length
            sound += level.next(Array(samples[start..<end]), isLast: end == samples.count)
            start = end
        }
        return sound
    }
}
