import Glibc

/// Which moments of the audio the decoder looked at while it wrote each token, by the heads that follow the words.
///
/// The steps are those of openai-whisper: weights of each alignment head over the audio's positions, made comparable
/// over the tokens (mean 0, deviation 1 at each position), smoothed by a median of seven, averaged over the heads.
package struct CrossAttention {
    /// Tokens.
    package let rows: Int
    /// Positions of 20 ms.
    package let columns: Int
    /// Rows one after another.
    package private(set) var values: [Float]

    /// - Parameters:
    ///   - rows: 0 for nothing to look at.
    ///   - columns: of the audio without the zeros behind it.
    package init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
        values = [Float](repeating: 0, count: rows * columns)
    }

    /// The same without the first rows.
    package func dropping(rows count: Int) -> CrossAttention {
        var result = CrossAttention(rows: max(0, rows - max(0, count)), columns: columns)
        result.values = Array(values.suffix(result.rows * columns))
        return result
    }

    /// Adds what one head looked at.
    /// - Parameters:
    ///   - queries: the head's part of each row's query: `rows` times `length` values, `stride` apart.
    ///   - keys: at least `columns` rows of `length` values.
    ///   - length: of the head's vectors.
    package mutating func add(
        queries: UnsafeBufferPointer<Float>, stride: Int, keys: UnsafeBufferPointer<Float>, length: Int
    ) {
        guard rows > 0, columns > 0, length > 0, keys.count >= columns * length,
            queries.count >= (rows - 1) * stride + length
        else { return }
        let scale = 1 / Float(length).squareRoot()
        var weights = [Float](repeating: 0, count: rows * columns)
        weights.withUnsafeMutableBufferPointer { weights in
            for row in 0..<rows {
                let query = UnsafeBufferPointer(rebasing: queries[row * stride..<row * stride + length])
                for column in 0..<columns {
                    let key = UnsafeBufferPointer(rebasing: keys[column * length..<(column + 1) * length])
                    weights[row * columns + column] = Self.product(query, key) * scale
                }
                Softmax.normalize(
                    UnsafeMutableBufferPointer(rebasing: weights[row * columns..<(row + 1) * columns]))
            }
        }
        standardize(&weights)
        for row in 0..<rows {
            let smooth = MedianFilter.smooth(weights[row * columns..<(row + 1) * columns])
            for column in 0..<columns { values[row * columns + column] += smooth[column] }
        }
    }

    private static func product(_ a: UnsafeBufferPointer<Float>, _ b: UnsafeBufferPointer<Float>) -> Float {
        var sums = SIMD8<Float>()
        var index = 0
        while index + 8 <= a.count {
            sums += Softmax.lanes(a, index) * Softmax.lanes(b, index)
            index += 8
        }
        var sum = sums.sum()
        while index < a.count {
            sum += a[index] * b[index]
            index += 1
        }
        return sum
    }

    /// Mean 0 and deviation 1 over the tokens, at each position.
    private func standardize(_ weights: inout [Float]) {
        var means = [Float](repeating: 0, count: columns)
        var squares = means
        let share = 1 / Float(rows)
        for row in 0..<rows {
            for column in 0..<columns { means[column] += weights[row * columns + column] * share }
        }
        for row in 0..<rows {
            for column in 0..<columns {
                let difference = weights[row * columns + column] - means[column]
                squares[column] += difference * difference * share
            }
        }
        let factors = squares.map { $0 > 0 ? 1 / $0.squareRoot() : 0 }
        for row in 0..<rows {
            for column in 0..<columns {
                weights[row * columns + column] = (weights[row * columns + column] - means[column]) * factors[column]
            }
        }
    }
}
