import AudioCodecs

/// Packets of a stream, as a client might send them: whatever they are, what comes out is bounded sound or an error.
enum OpusClaims {
    static func check(_ bytes: [UInt8]) {
        guard let decoder = try? OpusCodec().makeDecoder() else { return claim(false, "there is no decoder") }
        for packet in packets(bytes) {
            guard let samples = try? decoder.decode(packet) else { continue }
            claim((1...1920).contains(samples.count), "a packet of \(samples.count) samples")
            claim(samples.allSatisfy { (-1...1).contains($0) }, "a sample that is no sound")
        }
    }

    /// Each begins with a byte that says how long it is.
    private static func packets(_ bytes: [UInt8]) -> [[UInt8]] {
        var packets: [[UInt8]] = []
        var rest = bytes[...]
        while let length = rest.popFirst(), packets.count < 32 {
            packets.append(Array(rest.prefix(Int(length))))
            rest = rest.dropFirst(Int(length))
        }
        return packets
    }
}
