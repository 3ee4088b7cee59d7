import SpeechEngines
import Testing

@Suite struct PiperPartsTests {
    @Test func theFirstIsShortAndTheLaterOnesAreLonger() {
        #expect(lengths([500], context: 11) == [24, 48, 96, 96, 96, 96, 44])
        // An end that is decoded with the part before anyway comes with it.
        #expect(lengths([35], context: 11) == [35])
        #expect(lengths([36], context: 11) == [24, 12])
        #expect(lengths([24 + 48 + 11], context: 11) == [24, 59])
        #expect(lengths([1], context: 0) == [1])
    }

    @Test(arguments: [[], [0], [1], [24], [25], [200, 1, 0, 90], [0, 0, 300, 0], [96, 96, 96]])
    func allFramesComeOnceInOrder(sentences: [Int]) {
        var parts = PiperParts(sentences: sentences, context: 10)
        var seen = [Int](repeating: 0, count: sentences.count)
        var last = 0
        while let part = parts.next {
            #expect(part.sentence >= last && !part.frames.isEmpty)
            #expect(part.frames.lowerBound == seen[part.sentence])
            seen[part.sentence] = part.frames.upperBound
            last = part.sentence
            parts.advance()
        }
        #expect(seen == sentences)
        parts.advance()
        #expect(parts.next == nil)
    }

    @Test func onlyTheFirstSentenceBeginsShort() {
        #expect(lengths([30, 300], context: 0) == [24, 6, 96, 96, 96, 12])
    }

    @Test func latentsAreCutAcrossAllChannels() throws {
        // Three channels of four frames.
        let latents = try #require(PiperLatents(rows: (0..<12).map(Float.init), channels: 3))
        #expect(latents.frames == 4)
        #expect(latents.rows(of: 1..<3) == [1, 2, 5, 6, 9, 10])
        #expect(latents.rows(of: 0..<4) == (0..<12).map(Float.init))
        #expect(latents.rows(of: -5..<1) == [0, 4, 8])
        #expect(latents.rows(of: 7..<9).isEmpty)
        for (rows, channels) in [([Float](), 3), ([1, 2], 3), ([1], 0), ([1], -1)] {
            #expect(PiperLatents(rows: rows, channels: channels) == nil)
        }
    }

    private func lengths(_ sentences: [Int], context: Int) -> [Int] {
        var parts = PiperParts(sentences: sentences, context: context)
        var lengths: [Int] = []
        while let part = parts.next {
            lengths.append(part.frames.count)
            parts.advance()
        }
        return lengths
    }
}
