/// The 44-byte header of a PCM WAV file: RIFF, one `fmt ` chunk of 16 bytes, one `data` chunk.
/// - Source: Hotpin protocol, section 4.2.
public struct WAVHeader: Equatable, Sendable {
    public static let length = 44

    /// 1 or 2.
    public var channels: Int
    /// Hz.
    public var sampleRate: Int
    /// 16.
    public var bitsPerSample: Int
    /// Bytes of PCM that follow the header.
    public var dataSize: Int

    public init(channels: Int = 1, sampleRate: Int = 16_000, bitsPerSample: Int = 16, dataSize: Int) {
        self.channels = channels
        self.sampleRate = sampleRate
        self.bitsPerSample = bitsPerSample
        self.dataSize = dataSize
    }

    /// The header's bytes.
    public func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.length)
        let blockAlign = channels * bitsPerSample / 8
        append("RIFF", to: &bytes)
        append32(36 + dataSize, to: &bytes)
        append("WAVE", to: &bytes)
        append("fmt ", to: &bytes)
        append32(16, to: &bytes)
        append16(1, to: &bytes)
        append16(channels, to: &bytes)
        append32(sampleRate, to: &bytes)
        append32(sampleRate * blockAlign, to: &bytes)
        append16(blockAlign, to: &bytes)
        append16(bitsPerSample, to: &bytes)
        append("data", to: &bytes)
        append32(dataSize, to: &bytes)
        return bytes
    }

    /// Reads the first 44 bytes of a file of exactly this form.
    /// - Returns: nil for any other form.
    public static func decode(_ bytes: ArraySlice<UInt8>) -> WAVHeader? {
        guard bytes.count >= length else { return nil }
        let header = Array(bytes.prefix(length))
        guard Array(header[0..<4]).equals("RIFF"), Array(header[8..<12]).equals("WAVE"),
            Array(header[12..<16]).equals("fmt "), Array(header[36..<40]).equals("data"),
            number(header, 16, 4) == 16, number(header, 20, 2) == 1
        else { return nil }
        return WAVHeader(
            channels: number(header, 22, 2), sampleRate: number(header, 24, 4),
            bitsPerSample: number(header, 34, 2), dataSize: number(header, 40, 4))
    }

    private func append(_ text: StaticString, to bytes: inout [UInt8]) {
        for offset in 0..<text.utf8CodeUnitCount { bytes.append(text.utf8Start[offset]) }
    }

    private func append32(_ value: Int, to bytes: inout [UInt8]) {
        for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    private func append16(_ value: Int, to bytes: inout [UInt8]) {
        for shift in [0, 8] { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    private static func number(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> Int {
        var value: UInt32 = 0
        for index in 0..<count { value |= UInt32(bytes[offset + index]) << UInt32(8 * index) }
        return Int(truncatingIfNeeded: value)
    }
}
