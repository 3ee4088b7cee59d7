import VoicePipeline

/// Triangular filters that sum a power spectrum into mel bands; only the part of each that is not zero.
package struct MelFilters: Sendable {
    /// Bins of the spectrum of a 400-sample window.
    package static let bins = 201

    struct Band: Sendable {
        var firstBin: Int
        var weights: ArraySlice<Float>
    }
    let bands: [Band]

    /// Reads a filter file: float32 little-endian, one row of 201 weights a band.
    /// - Throws: `.unavailable` when the file has another size or holds values that are not finite.
    package init(bytes: [UInt8], bands count: Int, path: String) throws(EngineError) {
        guard count > 0, bytes.count == count * Self.bins * 4 else {
            throw .unavailable(
                "\(path) holds \(bytes.count) bytes, not \(count) filters of 201 weights: run scripts/setup.sh")
        }
        let weights = bytes.withUnsafeBytes { bytes in
            (0..<count * Self.bins).map {
                Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
            }
        }
        guard weights.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
            throw .unavailable("\(path) is damaged: run scripts/setup.sh")
        }
        self.init(weights: weights, bands: count)
    }

    /// - Parameter weights: `count` rows of 201.
    init(weights: [Float], bands count: Int) {
        bands = (0..<count).map { band in
            let row = weights[band * Self.bins..<(band + 1) * Self.bins]
            let first = row.firstIndex { $0 != 0 } ?? row.startIndex
            let last = row.lastIndex { $0 != 0 } ?? row.startIndex - 1
            return Band(firstBin: first - row.startIndex, weights: row[first..<last + 1])
        }
    }
}
