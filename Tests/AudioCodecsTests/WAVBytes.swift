/// WAV files, byte by byte.
enum WAVBytes {
    /// Mono, 16 bits.
    static func file(_ samples: [Int16], rate: UInt32) -> [UInt8] {
        header(format: 1, bits: 16, rate: rate, dataBytes: samples.count * 2)
            + samples.flatMap { little(UInt32(UInt16(bitPattern: $0)), 2) }
    }

    /// Mono, 32-bit float.
    static func floatFile(_ samples: [Float], rate: UInt32) -> [UInt8] {
        header(format: 3, bits: 32, rate: rate, dataBytes: samples.count * 4)
            + samples.flatMap { little($0.bitPattern, 4) }
    }

    /// - Parameter promised: what the head says of the length in bytes, where that is not the truth.
    static func header(
        format: UInt32 = 1, bits: UInt32 = 16, rate: UInt32, channels: UInt32 = 1, dataBytes: Int,
        promised: UInt32? = nil
    ) -> [UInt8] {
        let block = channels * bits / 8
        return Array("RIFF".utf8) + little(promised ?? UInt32(36 + dataBytes), 4) + Array("WAVEfmt ".utf8)
            + little(16, 4) + little(format, 2) + little(channels, 2) + little(rate, 4) + little(rate * block, 4)
            + little(block, 2) + little(bits, 2) + Array("data".utf8) + little(promised ?? UInt32(dataBytes), 4)
    }

    static func little(_ value: UInt32, _ bytes: Int) -> [UInt8] {
        (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
    }
}
