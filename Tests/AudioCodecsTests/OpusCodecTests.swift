import AudioCodecs
import Glibc
import Testing
import VoicePipeline
import VoiceTesting

@Suite struct OpusCodecTests {
    /// A voice-like tone with overtones, 16 kHz.
    private func tone(_ count: Int) -> [Float] {
        (0..<count).map { index in
            let time = Float(index) / 16_000
            return 0.3 * sinf(2 * .pi * 220 * time) + 0.15 * sinf(2 * .pi * 660 * time)
        }
    }

    private func packets(_ samples: [Float], _ encoder: any PacketEncoder) throws -> [[UInt8]] {
        try stride(from: 0, to: samples.count, by: encoder.frameSize).map { start in
            try encoder.encode(Array(samples[start..<start + encoder.frameSize]))
        }
    }

    @Test func whatIsDecodedIsWhatWasSaid() throws {
        let codec = OpusCodec()
        let encoder = try codec.makeEncoder()
        let decoder = try codec.makeDecoder()
        #expect(encoder.frameSize == 320)
        #expect((1...1600).contains(encoder.lookahead))
        let said = tone(16_000)
        var heard: [Float] = []
        for packet in try packets(said + tone(320), encoder) {
            #expect((1...400).contains(packet.count))
            heard += try decoder.decode(packet)
        }
        #expect(heard.count == 16_320)
        // Behind the codec's delay it is the same sound; its filter moves phases a little.
        let late = Array(heard[encoder.lookahead...])
        #expect(likeness(late[4_000..<15_000], said[4_000..<15_000]) > 0.85)
        #expect(likeness(late[4_020..<15_020], said[4_000..<15_000]) < 0.5)
    }

    /// 1 for the same sound, 0 for unlike ones.
    private func likeness(_ a: ArraySlice<Float>, _ b: ArraySlice<Float>) -> Float {
        let product = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
        let powers = a.reduce(0) { $0 + $1 * $1 } * b.reduce(0) { $0 + $1 * $1 }
        return product / powers.squareRoot()
    }

    @Test func keepsToAboutItsRate() throws {
        let encoder = try OpusCodec().makeEncoder()
        let bytes = try packets(tone(160_000), encoder).reduce(0) { $0 + $1.count }
        // 10 s: the tone is easier than speech, and never much more than 24 kbit/s.
        #expect((2_000...45_000).contains(bytes))
    }

    @Test(arguments: [0, 1, 319, 321, 640])
    func encodesWholePacketsOnly(count: Int) throws {
        let encoder = try OpusCodec().makeEncoder()
        #expect(throws: EngineError.self) { try encoder.encode([Float](repeating: 0, count: count)) }
    }

    @Test func encodesWhatIsNoSound() throws {
        let encoder = try OpusCodec().makeEncoder()
        let decoder = try OpusCodec().makeDecoder()
        for value: Float in [.nan, .infinity, -.infinity, 1e30, .leastNonzeroMagnitude] {
            let packet = try encoder.encode([Float](repeating: value, count: encoder.frameSize))
            #expect(try decoder.decode(packet).allSatisfy { $0.isFinite })
        }
    }

    @Test func refusesWhatIsNoPacketAndGoesOn() throws {
        let codec = OpusCodec()
        let decoder = try codec.makeDecoder()
        let good = try codec.makeEncoder().encode(tone(320))
        let bad: [[UInt8]] = [
            [], [3], [3, 0], [0xFF, 0xFF, 0xFF], [UInt8](repeating: 0, count: 7681),
            // Code 3 with 49 frames; 7 frames of 20 ms are 140 ms.
            [0x4B, 49, 1, 2, 3], [0x4B, 7, 1, 2, 3],
        ]
        for packet in bad {
            let error = thrown(EngineError.self) { _ = try decoder.decode(packet) }
            guard case .invalidInput? = error else {
                Issue.record("\(packet.prefix(4)) gave \(String(describing: error))")
                continue
            }
            #expect(try decoder.decode(good).count == 320)
        }
    }

    @Test func readsEveryLengthOfPacket() throws {
        let decoder = try OpusCodec().makeDecoder()
        // Configurations of SILK, hybrid and CELT; one frame each, and a stereo one.
        for (configuration, samples) in [(0, 160), (1, 320), (2, 640), (3, 960), (12, 160), (16, 40), (31, 320)] {
            for stereo in [0, 4] {
                let head = UInt8(configuration << 3 | stereo)
                #expect(try decoder.decode([head, 1, 2, 3, 4, 5, 6, 7]).count == samples)
            }
        }
        // Six frames of 20 ms.
        #expect(try decoder.decode([0x0B, 6] + [UInt8](repeating: 1, count: 60)).count == 1920)
    }

    /// Whatever comes from the network: an error or at most 120 ms.
    @Test func survivesNoise() throws {
        let decoder = try OpusCodec().makeDecoder()
        var random = SystemRandomNumberGenerator()
        for _ in 0..<3_000 {
            let packet = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            guard let samples = try? decoder.decode(packet) else { continue }
            #expect((1...1920).contains(samples.count))
            #expect(samples.allSatisfy { (-1...1).contains($0) })
        }
    }

    /// Found by the fuzzer: packets that are well formed, but that no encoder made.
    @Test func whatNoEncoderMadeIsStillSound() throws {
        let packets: [[UInt8]] = [
            [
                0x48, 0x82, 0xB3, 0x70, 0x22, 0xD5, 0x74, 0x42, 0xB4, 0x00, 0x8E, 0x73, 0xE5, 0x67, 0x45, 0x80,
                0xE3, 0x9D, 0x8B, 0xB1, 0x48, 0x10, 0x80, 0x2F, 0x48, 0x9D, 0x74, 0x77, 0xA7, 0xEE, 0x27, 0x85,
                0x1C, 0x56, 0xB2, 0x42, 0x7D, 0x5D, 0xBB, 0x2D, 0xE1, 0x12, 0xCD, 0xA2, 0xDF, 0x84, 0x10, 0xEF,
            ],
            [
                0x1B, 0x15, 0x2C, 0x1F, 0xD6, 0x34, 0x4B, 0x80, 0x41, 0x87, 0x21, 0x74, 0xB0, 0x8D, 0xFF, 0xE4,
                0x0A, 0xC1, 0xDF, 0xD1, 0xCB, 0x23, 0xD5, 0x0B, 0x06, 0xF8, 0x34, 0x48, 0x9D, 0x00, 0x92, 0x6E,
                0x4D, 0x33, 0xB8, 0xF7, 0x71, 0xA7, 0xBA, 0x41,
            ],
            [
                0x80, 0xA9, 0xFD, 0x67, 0x8A, 0x50, 0xAF, 0xF0, 0x6D, 0xC5, 0x85, 0x3F, 0x4E, 0x51, 0x66, 0x3B,
                0x4B, 0x06, 0xF3, 0x95, 0x39, 0xEA, 0x4B, 0x09, 0x9E, 0x31, 0x7F, 0xA9, 0x31, 0x40, 0x65, 0xEB,
                0xED, 0xB7, 0xB8,
            ],
        ]
        let decoder = try OpusCodec().makeDecoder()
        for packet in packets {
            guard let samples = try? decoder.decode(packet) else { continue }
            #expect(samples.allSatisfy { (-1...1).contains($0) })
        }
    }

    @Test func streamsAreApart() throws {
        let codec = OpusCodec()
        let one = try packets(tone(3200), try codec.makeEncoder())
        let other = try codec.makeEncoder()
        let interleaved = try codec.makeEncoder()
        _ = try interleaved.encode([Float](repeating: 0.1, count: 320))
        #expect(try packets(tone(3200), other) == one)
    }
}
