import Testing
import VoiceProtocol

@Suite struct WAVHeaderTests {
    @Test func isTheDocumentedForm() {
        let header = WAVHeader(dataSize: 32_000).encoded()
        #expect(
            header == [
                0x52, 0x49, 0x46, 0x46, 0x24, 0x7D, 0, 0, 0x57, 0x41, 0x56, 0x45, 0x66, 0x6D, 0x74, 0x20, 16, 0, 0, 0,
                1, 0, 1, 0, 0x80, 0x3E, 0, 0, 0, 0x7D, 0, 0, 2, 0, 16, 0, 0x64, 0x61, 0x74, 0x61, 0, 0x7D, 0, 0,
            ])
    }

    @Test func decodesWhatItEncodes() {
        let header = WAVHeader(channels: 2, sampleRate: 22_050, dataSize: 400)
        #expect(WAVHeader.decode(header.encoded()[...]) == header)
        #expect(WAVHeader.decode(header.encoded()[..<43]) == nil)
        var broken = header.encoded()
        broken[12] = 0
        #expect(WAVHeader.decode(broken[...]) == nil)
    }
}

@Suite struct PCM16Tests {
    @Test func decodesLittleEndian() {
        #expect(PCM16.decode([0, 0, 0xFF, 0x7F, 0, 0x80, 0, 0x40]) == [0, Float(32_767) / 32_768, -1, 0.5])
        #expect(PCM16.decode([0, 0x40, 7]) == [0.5])
    }

    @Test func encodesClippedAndSilentWhereThereIsNoNumber() {
        #expect(PCM16.encode([0, 1, 2, -1, -2, .nan, .infinity]).count == 14)
        #expect(PCM16.encode([2, -2, .nan]) == [0xFF, 0x7F, 0, 0x80, 0, 0])
    }

    @Test func roundTripIsExactToOneStep() {
        let samples = (-1000...1000).map { Float($0) / 1000 }
        for (before, after) in zip(samples, PCM16.decode(PCM16.encode(samples)[...])) {
            #expect(abs(before - after) <= 1.5 / 32_768)
        }
    }
}

@Suite struct SampleRingTests {
    @Test func keepsOrderAndCountsWhatItDrops() {
        var ring = SampleRing(capacity: 3)
        for sample in 1...5 { ring.write(Int16(sample)) }
        #expect(ring.dropped == 2)
        let rest = [ring.read(upTo: 10), ring.read(upTo: 1)]
        #expect(rest == [[3, 4, 5], []])
    }

    @Test func wrapsManyTimes() {
        var ring = SampleRing(capacity: 7)
        var expected: Int16 = 0
        for sample in Int16(0)..<1000 {
            ring.write(sample)
            if sample % 3 == 2 {
                for value in ring.read(upTo: 3) {
                    #expect(value == expected)
                    expected += 1
                }
            }
        }
        #expect(ring.dropped == 0)
    }
}

@Suite struct BackoffTests {
    @Test func doublesUpToItsLimitAndStartsAnew() {
        var backoff = Backoff(first: 500, limit: 4000)
        let waits = (0..<5).map { _ in backoff.next(random: 0) }
        #expect(waits == [250, 500, 1000, 2000, 2000])
        backoff.reset()
        let first = backoff.next(random: 0)
        #expect(first == 250)
    }

    @Test(arguments: [UInt32.min, 1, 12_345, .max])
    func staysWithinHalfAndWhole(random: UInt32) {
        var backoff = Backoff(first: 500, limit: 30_000)
        for ceiling in [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000] {
            let wait = backoff.next(random: random)
            #expect((ceiling / 2...ceiling).contains(wait))
        }
    }
}
