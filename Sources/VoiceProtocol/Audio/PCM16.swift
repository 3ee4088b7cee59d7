/// 16-bit signed little-endian PCM and its float form.
public enum PCM16 {
    /// - Parameter bytes: an even number of bytes; a last odd one is ignored.
    /// - Returns: one sample, -1..<1, for every two bytes.
    public static func decode(_ bytes: ArraySlice<UInt8>) -> [Float] {
        var samples: [Float] = []
        samples.reserveCapacity(bytes.count / 2)
        append(bytes, to: &samples)
        return samples
    }

    /// Appends the samples in `bytes`.
    public static func append(_ bytes: ArraySlice<UInt8>, to samples: inout [Float]) {
        var index = bytes.startIndex
        let end = bytes.startIndex + bytes.count / 2 * 2
        while index < end {
            let bits = UInt16(bytes[index]) | UInt16(bytes[index + 1]) << 8
            samples.append(Float(Int16(bitPattern: bits)) / 32_768)
            index += 2
        }
    }

    /// - Parameter samples: -1…1; what lies beyond is clipped, NaN is silence.
    /// - Returns: two bytes for every sample.
    public static func encode(_ samples: [Float]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(samples.count * 2)
        for sample in samples {
            let bits = UInt16(bitPattern: Self.sample(sample))
            bytes.append(UInt8(truncatingIfNeeded: bits))
            bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
        }
        return bytes
    }
    /// - Parameter sample: -1…1; what lies beyond is clipped, NaN is silence.
    public static func sample(_ sample: Float) -> Int16 {
        let scaled = sample * 32_767
        if scaled >= 32_767 { return 32_767 }
        if scaled <= -32_768 { return -32_768 }
        return scaled.isNaN ? 0 : Int16(scaled + (scaled < 0 ? -0.5 : 0.5))
    }
}
