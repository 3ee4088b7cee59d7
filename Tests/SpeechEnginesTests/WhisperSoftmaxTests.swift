import Glibc
import SpeechEngines
import Testing

@Suite struct WhisperSoftmaxTests {
    private func expected(_ index: Int, _ logits: [Float], _ bias: [Float]?) -> Double {
        let row = logits.indices.map { Double(logits[$0]) + Double(bias?[$0] ?? 0) }
        let highest = row.max() ?? 0
        return row[index] - highest - log(row.map { exp($0 - highest) }.reduce(0, +))
    }

    private func computed(_ index: Int, _ logits: [Float], _ bias: [Float]?) -> Float {
        logits.withUnsafeBufferPointer { logits in
            guard let bias else { return Softmax.logProbability(of: index, logits) }
            return bias.withUnsafeBufferPointer { Softmax.logProbability(of: index, logits, bias: $0) }
        }
    }

    @Test(arguments: [1, 7, 8, 9, 1000, 51864])
    func agreesWithDoublePrecision(count: Int) {
        let logits = SpeechClips.noise(count, scale: 60)
        for index in [0, count / 2, count - 1] {
            #expect(abs(Double(computed(index, logits, nil)) - expected(index, logits, nil)) < 1e-4)
        }
    }

    @Test func whatIsSuppressedDoesNotCount() {
        let logits: [Float] = [1, 2, 30, 4, 5, 6, 7, 8, 9, 10]
        var bias = [Float](repeating: 0, count: 10)
        bias[2] = -1e9
        #expect(abs(Double(computed(9, logits, bias)) - expected(9, logits, bias)) < 1e-5)
    }

    @Test func veryUnlikelyIsVerySmall() {
        #expect(exp(computed(0, [-200, 0], nil)) < 1e-30)
        #expect(computed(5, [1, 2], nil) == -.infinity)
    }
}
