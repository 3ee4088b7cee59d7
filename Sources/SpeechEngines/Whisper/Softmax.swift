import Glibc

/// Probabilities of one row of logits.
package enum Softmax {
    /// Natural logarithm of the probability of one entry.
    /// - Parameters:
    ///   - index: inside the row.
    ///   - logits: one row; with `bias` added they must be finite or at most a large negative number.
    ///   - bias: added to the logits, as long as they; nil adds nothing.
    package static func logProbability(
        of index: Int, _ logits: UnsafeBufferPointer<Float>, bias: UnsafeBufferPointer<Float>? = nil
    ) -> Float {
        guard logits.indices.contains(index), bias.map({ $0.count == logits.count }) ?? true else { return -.infinity }
        // Relative to this entry no maximum has to be found first; what is far above it overflows to the right answer.
        let own = logits[index] + (bias?[index] ?? 0)
        var sum = SIMD8<Float>()
        var position = 0
        while position + 8 <= logits.count {
            var values = lanes(logits, position)
            if let bias { values += lanes(bias, position) }
            sum += exponential(values - own)
            position += 8
        }
        var total = sum.sum()
        while position < logits.count {
            total += exp(logits[position] + (bias?[position] ?? 0) - own)
            position += 1
        }
        return -log(total)
    }

    /// Turns a row of scores into probabilities, in place.
    package static func normalize(_ row: UnsafeMutableBufferPointer<Float>) {
        guard let greatest = row.max() else { return }
        var total: Float = 0
        var position = 0
        while position + 8 <= row.count {
            let powers = exponential(lanes(UnsafeBufferPointer(row), position) - greatest)
            for lane in 0..<8 { row[position + lane] = powers[lane] }
            total += powers.sum()
            position += 8
        }
        while position < row.count {
            row[position] = exp(row[position] - greatest)
            total += row[position]
            position += 1
        }
        // The greatest alone counts 1, so this is no division by zero.
        let scale = 1 / total
        for index in row.indices { row[index] *= scale }
    }

    static func lanes(_ values: UnsafeBufferPointer<Float>, _ position: Int) -> SIMD8<Float> {
        UnsafeRawBufferPointer(values).loadUnaligned(fromByteOffset: position * 4, as: SIMD8<Float>.self)
    }

    /// e to the power of a number.
    static func exponential(_ value: Float) -> Float { exp(value) }

    /// e to the power of each lane with a relative error below 1e-6; inputs outside -87…88 are taken as those.
    ///
    /// The power is split into 2^n · e^r with |r| ≤ ln 2 ÷ 2, and e^r is a Taylor polynomial. Added to 1.5 · 2^23, n is
    /// rounded to a whole number and stands in the last bits: the smallest processors have no instruction for either,
    /// and lane by lane both cost ten times as much as all the rest.
    private static func exponential(_ values: SIMD8<Float>) -> SIMD8<Float> {
        let bounded = pointwiseMax(pointwiseMin(values, SIMD8(repeating: 88)), SIMD8(repeating: -87))
        let shifted = bounded * 1.442_695_04 + 12_582_912
        let whole = shifted - 12_582_912
        // ln 2 in two parts, so that the difference keeps its digits.
        let rest = bounded - whole * 0.693_359_375 + whole * 2.121_944_4e-4
        var power = SIMD8<Float>(repeating: 1.0 / 5040)
        power = power * rest + 1.0 / 720
        power = power * rest + 1.0 / 120
        power = power * rest + 1.0 / 24
        power = power * rest + 1.0 / 6
        power = power * rest + 0.5
        power = power * rest + 1
        power = power * rest + 1
        let exponent = (unsafeBitCast(shifted, to: SIMD8<Int32>.self) &+ 127) &<< 23
        return power * unsafeBitCast(exponent, to: SIMD8<Float>.self)
    }
}
