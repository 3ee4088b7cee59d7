/// The median of each value and its three neighbours on either side; the ends are mirrored.
package enum MedianFilter {
    private static let reach = 3

    /// - Parameter row: rows that are too short to be mirrored come back as they are.
    package static func smooth(_ row: ArraySlice<Float>) -> [Float] {
        let count = row.count
        guard count > reach else { return Array(row) }
        let first = row.startIndex
        var mirrored = (1...reach).reversed().map { row[first + $0] }
        mirrored += row
        mirrored += (1...reach).map { row[first + count - 1 - $0] }
        // Room for the last eight.
        mirrored += [Float](repeating: 0, count: 8)
        var result = [Float](repeating: 0, count: count + 8)
        mirrored.withUnsafeBufferPointer { source in
            withUnsafeTemporaryAllocation(of: SIMD8<Float>.self, capacity: 2 * reach + 1) { window in
                for start in stride(from: 0, to: count, by: 8) {
                    for offset in window.indices {
                        window.initializeElement(at: offset, to: Softmax.lanes(source, start + offset))
                    }
                    let medians = middle(window)
                    for lane in 0..<8 { result[start + lane] = medians[lane] }
                }
            }
        }
        return Array(result.prefix(count))
    }

    /// Sorts eight windows at once, by exchanges of neighbours.
    private static func middle(_ window: UnsafeMutableBufferPointer<SIMD8<Float>>) -> SIMD8<Float> {
        for round in 0..<window.count {
            for index in stride(from: round & 1, to: window.count - 1, by: 2) {
                let (a, b) = (window[index], window[index + 1])
                window[index] = pointwiseMin(a, b)
                window[index + 1] = pointwiseMax(a, b)
            }
        }
        return window[reach]
    }
}
