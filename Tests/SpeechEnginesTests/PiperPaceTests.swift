import SpeechEngines
import Testing

@Suite struct PiperPaceTests {
    @Test func measuresRateAndLevel() {
        // 13 words in 3.9 s are 200 a minute.
        let pace = PiperPace(samples: tone(0.1, count: 39_000), sampleRate: 10_000, idCount: 0)
        #expect(abs(pace.naturalWordsPerMinute - 200) < 1e-9)
        #expect(abs(pace.gain - 0.09 / 0.0707) < 0.02)
        #expect(pace.lengthScale(wordsPerMinute: 100) == 2)
        #expect(abs(pace.lengthScale(wordsPerMinute: 175) - 200.0 / 175) < 1e-6)
    }

    @Test func whatIsRoundedDoesNotStretch() {
        // 78 ids of half a frame of 12.8 ms are 1 of 3.9 s; 100 words a minute take 7.8 s, so 2.9 s become 6.8 s.
        let pace = PiperPace(samples: tone(0.1, count: 39_000), sampleRate: 10_000, idCount: 78)
        #expect(abs(pace.lengthScale(wordsPerMinute: 100) - 6.8016 / 2.9016) < 0.001)
        #expect(abs(pace.lengthScale(wordsPerMinute: 200) - 1) < 1e-6)
        let longer = PiperPace(samples: tone(0.1, count: 39_000), sampleRate: 10_000, idCount: 39, hop: 512)
        #expect(longer == pace)
    }

    @Test func pausesDoNotCountAsQuiet() {
        let pace = PiperPace(
            samples: tone(0.1, count: 20_000) + .init(repeating: 0, count: 20_000), sampleRate: 10_000, idCount: 0)
        #expect(abs(pace.gain - 0.09 / 0.0707) < 0.02)
    }

    @Test func aSilentVoiceIsLeftAsItIs() {
        for samples in [[], [Float](repeating: 0, count: 50_000), [.nan, .infinity]] {
            let pace = PiperPace(samples: samples, sampleRate: 22_050, idCount: 100)
            #expect((0.25...4).contains(pace.gain))
            #expect((0.25...4).contains(pace.lengthScale(wordsPerMinute: 175)))
        }
        #expect(PiperPace(samples: [1], sampleRate: 0, idCount: 1).lengthScale(wordsPerMinute: 0) > 0)
    }

    @Test func piecesOfPhonemesAreCutAtSpaces() {
        let phonemes = Array("abc de fghij k".unicodeScalars)
        let pieces = PhonemePieces.pieces(of: phonemes, maximum: 5)
        #expect(pieces.map { String(String.UnicodeScalarView($0)) } == ["abc ", "de ", "fghij", " k"])
        let marked = PhonemePieces.pieces(of: Array("a b, c, d efg".unicodeScalars), maximum: 10)
        #expect(marked.map { String(String.UnicodeScalarView($0)) } == ["a b, c, ", "d efg"])
        #expect(PhonemePieces.pieces(of: phonemes, maximum: 0).count == phonemes.count)
        #expect(PhonemePieces.pieces(of: [], maximum: 5).isEmpty)
    }

    private func tone(_ amplitude: Float, count: Int) -> [Float] {
        // A square-free sine of 100 Hz at 10 kHz, from its recurrence.
        var samples: [Float] = [0, amplitude * 0.062_790_52]
        while samples.count < count {
            samples.append(2 * 0.998_026_73 * samples[samples.count - 1] - samples[samples.count - 2])
        }
        return samples
    }
}
