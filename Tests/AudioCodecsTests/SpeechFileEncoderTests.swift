import AudioCodecs
import Testing
import VoicePipeline
import VoiceProtocol

@Suite struct SpeechFileEncoderTests {
    /// Two seconds at the usual rate of a voice.
    private static let rate = 22_050
    private let tone = TestTone.sine(440, rate: rate, count: 2 * rate, amplitude: 0.3)

    /// Encodes in pieces of a tenth of a second.
    /// - Returns: the file, and its bytes by the time half of the sound had been taken.
    private func encode(_ format: AudioFormat, _ samples: [Float], rate: Int = rate) throws -> (
        file: [UInt8], half: Int
    ) {
        let stream = try SpeechFileEncoder().makeEncoder(format, sampleRate: rate)
        var bytes: [UInt8] = []
        var half = 0
        for start in stride(from: 0, to: samples.count, by: rate / 10) {
            bytes += try stream.append(Array(samples[start..<min(start + rate / 10, samples.count)]))
            if start <= samples.count / 2 { half = bytes.count }
        }
        return (bytes + (try stream.finish()), half)
    }

    private func decoded(_ bytes: [UInt8], _ name: String) throws -> AudioFile {
        let folder = try TemporaryFolder()
        return try AudioFileReader(maximumSeconds: 10).read(try folder.write(bytes, to: name))
    }

    @Test(arguments: [AudioFormat.wav, .flac, .opus])
    func whatIsWrittenCanBeRead(format: AudioFormat) throws {
        let (bytes, half) = try encode(format, tone)
        let file = try decoded(bytes, "tone")
        #expect(file.sourceRate == (format == .opus ? 48_000 : Self.rate))
        #expect(file.sourceChannels == 1)
        #expect(abs(file.duration - 2) < 0.03)
        #expect(abs(TestTone.amplitude(of: 440, in: file.samples, rate: 16_000) - 0.3) < 0.01)
        // Bytes come while the sound is made: at most 0.3 s late.
        #expect(Double(half) > 0.3 * Double(bytes.count))
    }

    @Test func opusIsSmall() throws {
        // 40 kbit/s.
        let count = try encode(.opus, tone).file.count
        #expect(count > 1_000 && count < 16_000)
    }

    @Test func losslessFormatsLoseNothing() throws {
        let samples = (0..<16_000).map { Float(Int16($0 - 8_000)) / 32_768 }
        #expect(try decoded(encode(.flac, samples, rate: 16_000).file, "ramp.flac").samples == samples)
        let wav = try decoded(encode(.wav, samples, rate: 16_000).file, "ramp.wav").samples
        #expect(zip(wav, samples).allSatisfy { abs($0 - $1) < 4e-5 } && wav.count == samples.count)
    }

    @Test func aStreamedWAVSaysThatNobodyKnowsItsLength() throws {
        let bytes = try encode(.wav, [0, 0.5], rate: 16_000).file
        #expect(bytes.count == 48)
        #expect(Array(bytes[4..<8]) == [0xFF, 0xFF, 0xFF, 0xFF])
        #expect(Array(bytes[40..<44]) == [0xFF, 0xFF, 0xFF, 0xFF])
        #expect(WAVHeader.decode(bytes[...])?.sampleRate == 16_000)
    }

    @Test func pcmIs24Kilohertz() throws {
        let bytes = try encode(.pcm, tone).file
        #expect(bytes.count == 2 * 48_000)
        let samples = PCM16.decode(bytes[...])
        #expect(abs(TestTone.amplitude(of: 440, in: samples, rate: 24_000) - 0.3) < 1e-3)
        #expect(try encode(.pcm, [0, 1], rate: 24_000).file == PCM16.encode([0, 1]))
    }

    @Test(arguments: AudioFormat.allCases)
    func whatIsBeyondTheScaleIsClipped(format: AudioFormat) throws {
        let wild: [Float] = (0..<48_000).map { $0 % 5 == 0 ? .nan : $0 % 7 == 0 ? .infinity : $0 % 100 < 50 ? 3 : -3 }
        let bytes = try encode(format, wild, rate: 48_000).file
        guard format != .pcm else { return }
        let samples = try decoded(bytes, "wild").samples
        #expect(abs(samples.count - 16_000) < 700)
        // Where it wrapped around, the wave would be upside down.
        #expect(samples[100...].prefix(4_000).contains { $0 > 0.5 })
    }

    @Test(arguments: AudioFormat.allCases)
    func aFileWithoutSoundIsAFile(format: AudioFormat) throws {
        let bytes = try encode(format, []).file
        #expect(format == .pcm ? bytes.isEmpty : bytes.count > 0 || format == .opus || format == .flac)
    }

    @Test(arguments: AudioFormat.allCases)
    func anOddRateIsRefused(format: AudioFormat) {
        #expect(throws: EngineError.self) { try SpeechFileEncoder().makeEncoder(format, sampleRate: 100) }
    }

    @Test(arguments: [AudioFormat.flac, .opus])
    func aFinishedFileTakesNoMore(format: AudioFormat) throws {
        let stream = try SpeechFileEncoder().makeEncoder(format, sampleRate: 16_000)
        _ = try stream.append([Float](repeating: 0.1, count: 1_600))
        #expect(!(try stream.finish()).isEmpty)
        #expect(throws: EngineError.self) { try stream.append([0.1]) }
        // And one that is given up leaks nothing and does not trap.
        _ = try SpeechFileEncoder().makeEncoder(format, sampleRate: 16_000).append([0.5])
    }
}
