/// Draws tokens by chance, the likelier the more often; the same draws in every run.
///
/// The generator is SplitMix64 (Steele, Lea, Flood 2014), started anew for each text.
package struct TokenSampler: Sendable {
    private let temperature: Float
    private var state: UInt64
    private var probabilities: [Float] = []

    /// - Parameters:
    ///   - temperature: above 0; the lower, the more the likeliest token is preferred.
    ///   - seed: another one gives other draws.
    package init(temperature: Float, seed: UInt64) {
        self.temperature = max(temperature, 1e-3)
        state = seed
    }

    /// - Parameters:
    ///   - logits: one row, not empty.
    ///   - bias: added to the logits, as long as they.
    /// - Returns: an index into the row.
    package mutating func draw(_ logits: UnsafeBufferPointer<Float>, bias: UnsafeBufferPointer<Float>) -> Int {
        let scale = 1 / temperature
        probabilities = zip(logits, bias).map { ($0 + $1) * scale }
        probabilities.withUnsafeMutableBufferPointer { Softmax.normalize($0) }
        var rest = uniform()
        for (index, probability) in probabilities.enumerated() {
            rest -= probability
            // What was suppressed has no probability at all.
            if rest < 0, probability > 0 { return index }
        }
        // Rounding may leave a little.
        return probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0
    }

    /// 0 ≤ value < 1.
    private mutating func uniform() -> Float {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        value ^= value >> 31
        return Float(value >> 40) / Float(1 << 24)
    }
}
