import AudioCodecs
import Testing
import VoicePipeline

@Suite struct SoxrResamplerTests {
    let resampler = SoxrResampler()

    @Test(arguments: [
        (22_050, 16_000), (16_000, 22_050), (44_100, 16_000), (48_000, 16_000), (16_000, 48_000), (8_000, 16_000),
        (16_000, 8_000), (192_000, 4_000), (4_000, 192_000), (11_025, 16_000),
    ])
    func givesTheExactQuotientRounded(rates: (Int, Int)) throws {
        for count in [1, 2, 3, 7, 100, 441, 22_050, 65_536, 65_537, 200_003] {
            let output = try resampler.resample(
                TestTone.sine(300, rate: rates.0, count: count), from: rates.0, to: rates.1)
            let exact = Double(count) * Double(rates.1) / Double(rates.0)
            #expect(output.count == Int((exact).rounded()), "\(count) samples, \(rates.0) to \(rates.1) Hz")
        }
    }

    @Test func keepsATone() throws {
        let output = try resampler.resample(
            TestTone.sine(1_000, rate: 22_050, count: 22_050), from: 22_050, to: 16_000)
        let expected = TestTone.sine(1_000, rate: 16_000, count: 16_000)
        // The edges ring, because the tone begins and ends abruptly.
        for index in 200..<15_800 {
            #expect(abs(output[index] - expected[index]) < 1e-4)
        }
    }

    @Test func removesWhatTheLowerRateCannotCarry() throws {
        let output = try resampler.resample(
            TestTone.sine(10_000, rate: 44_100, count: 44_100), from: 44_100, to: 16_000)
        #expect(TestTone.rootMeanSquare(output[1_000..<15_000]) < 1e-4)
    }

    @Test func piecesOfAnySizeGiveTheSameAsOne() throws {
        let input = TestTone.sine(700, rate: 44_100, count: 150_000)
        let whole = try resampler.resample(input, from: 44_100, to: 16_000)
        var stream = try SoxrStream(from: 44_100, to: 16_000)
        var pieces: [Float] = []
        var start = 0
        for size in [1, 4_096, 17, 65_536, 40_000, 150_000] where start < input.count {
            let end = min(input.count, start + size)
            try stream.append(Array(input[start..<end]), to: &pieces)
            start = end
        }
        try stream.finish(&pieces)
        #expect(pieces.count == whole.count)
        #expect(zip(pieces, whole).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test func theSameRateAndNothingPassThrough() throws {
        let input = TestTone.sine(440, rate: 16_000, count: 1_000)
        #expect(try resampler.resample(input, from: 16_000, to: 16_000) == input)
        #expect(try resampler.resample([], from: 22_050, to: 16_000).isEmpty)
    }

    @Test(arguments: [0, -1, 3_999, 192_001, .max, .min])
    func refusesOtherRates(rate: Int) {
        #expect(throws: EngineError.self) { try resampler.resample([0], from: rate, to: 16_000) }
        #expect(throws: EngineError.self) { try resampler.resample([0], from: 16_000, to: rate) }
    }

    @Test func survivesValuesThatAreNoNumbers() throws {
        let output = try resampler.resample(
            [.nan, .infinity, -.infinity, .greatestFiniteMagnitude, 0], from: 8_000, to: 16_000)
        #expect(output.count == 10)
    }
}
