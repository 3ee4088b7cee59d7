import AudioCodecs
import Glibc
import Testing
import VoiceTesting

@Suite struct AudioFileReaderTests {
    let reader = AudioFileReader(maximumSeconds: 5)

    // MARK: - Formats

    @Test(arguments: [
        ("tone-44100-stereo.flac", 44_100, 1e-3), ("tone-44100-stereo.ogg", 44_100, 0.02),
        ("tone-48000-stereo.opus", 48_000, 0.03), ("tone-44100-stereo.mp3", 44_100, 0.02),
        ("tone-22050-stereo.aiff", 22_050, 1e-3),
    ])
    func readsAFormatAsTheMeanOfItsChannels(name: String, rate: Int, tolerance: Double) throws {
        let file = try reader.read(Golden.path(name))
        #expect(file.sourceRate == rate)
        #expect(file.sourceChannels == 2)
        #expect(!file.isTruncated)
        // Lossy formats may keep their padding: at most two frames of 1,152.
        #expect(abs(file.duration - 0.5) < 0.06)
        #expect(abs(TestTone.amplitude(of: 440, in: file.samples, rate: 16_000) - 0.3) < tolerance)
    }

    @Test func readsWAVExactly() throws {
        let folder = try TemporaryFolder()
        let values: [Int16] = (0..<1_600).map { Int16($0 * 20 - 16_000) }
        let path = try folder.write(WAVBytes.file(values, rate: 16_000), to: "ramp.wav")
        let file = try reader.read(path)
        #expect(file.samples == values.map { Float($0) / 32_768 })
        #expect(file.sourceFrames == 1_600)
        #expect(file.duration == 0.1)
    }

    @Test func readsRawFilesByTheirName() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write([0x00, 0x40, 0x00, 0xC0, 0xFF], to: "clip.raw")
        #expect(try reader.read(path).samples == [0.5, -0.5])
    }

    @Test func keepsFloatFilesInRange() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(WAVBytes.floatFile([2, -3, .nan, .infinity, 0.25], rate: 16_000), to: "loud.wav")
        #expect(try reader.read(path).samples == [1, -1, 0, 0, 0.25])
    }

    // MARK: - Length

    @Test func aFileOfExactlyTheLimitIsRead() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(WAVBytes.file(.init(repeating: 5, count: 80_000), rate: 16_000), to: "limit.wav")
        #expect(try reader.read(path).samples.count == 80_000)
    }

    @Test func aLongerFileIsRefused() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(WAVBytes.file(.init(repeating: 5, count: 80_001), rate: 16_000), to: "long.wav")
        let error = thrown(AudioFileError.self) { try reader.read(path) }
        #expect(error == .tooLong(path: path, limit: 5))
        #expect(error.map { "\($0)" } == "\(path) is longer than 5 seconds. Cut it into shorter pieces.")
    }

    @Test func aCutFileGivesWhatItHolds() throws {
        let bytes = try Golden.bytes("tone-44100-stereo.flac")
        let folder = try TemporaryFolder()
        let path = try folder.write(Array(bytes.prefix(bytes.count * 2 / 3)), to: "cut.flac")
        let file = try reader.read(path)
        #expect(file.isTruncated)
        #expect(file.sourceFrames > 4_096 && file.sourceFrames < 22_050)
        #expect(abs(file.samples.count - file.sourceFrames * 160 / 441) <= 1)
    }

    @Test func aCutOggStreamGivesWhatItHolds() throws {
        let bytes = try Golden.bytes("tone-44100-stereo.ogg")
        let folder = try TemporaryFolder()
        let path = try folder.write(Array(bytes.prefix(bytes.count - 200)), to: "cut.ogg")
        // Whether a whole page is left depends on the encoder; either way the answer is one of these.
        do {
            let file = try reader.read(path)
            #expect(file.sourceFrames < 22_050 + 2_304)
        } catch {
            #expect(error == .empty(path: path) || "\(error)".contains("not an audio file"))
        }
    }

    // MARK: - Bad files

    @Test func namesAMissingFile() {
        let error = thrown(AudioFileError.self) { try reader.read("/nonexistent/hello.wav") }
        #expect(error.map { "\($0)" } == "Cannot read /nonexistent/hello.wav: there is no such file.")
    }

    @Test func namesAFolder() throws {
        let folder = try TemporaryFolder()
        let error = thrown(AudioFileError.self) { try reader.read(folder.path) }
        #expect(error == .unreadable(path: folder.path, reason: "it is a folder"))
    }

    @Test func doesNotWaitForAPipe() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/pipe"
        try #require(mkfifo(path, 0o600) == 0)
        defer { unlink(path) }
        let error = thrown(AudioFileError.self) { try reader.read(path) }
        #expect(error == .unreadable(path: path, reason: "it is not a regular file"))
    }

    @Test func namesAnEmptyFile() throws {
        let folder = try TemporaryFolder()
        let nothing = try folder.write([], to: "nothing.wav")
        #expect(throws: AudioFileError.empty(path: nothing)) { try reader.read(nothing) }
        let header = try folder.write(WAVBytes.file([], rate: 16_000), to: "header.wav")
        #expect(throws: AudioFileError.empty(path: header)) { try reader.read(header) }
        let raw = try folder.write([1], to: "one-byte.raw")
        #expect(throws: AudioFileError.self) { try reader.read(raw) }
    }

    @Test func saysThatTextIsNoAudio() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(Array("This is not audio at all, just words.".utf8), to: "words.wav")
        let error = thrown(AudioFileError.self) { try reader.read(path) }
        guard case .notAudio(path, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error.map { "\($0)" }?.contains("is not an audio file that can be read") == true)
    }

    @Test func refusesARateItCannotConvert() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(WAVBytes.file([1, 2, 3], rate: 1_000), to: "slow.wav")
        #expect(throws: AudioFileError.unsupported(path: path, reason: "its sample rate is 1000 Hz")) {
            try reader.read(path)
        }
    }

    @Test func noDamageTrapsIt() throws {
        let folder = try TemporaryFolder()
        var random = SequenceOfNumbers(state: 2)
        // Few damaged MP3 files: their decoder comments on each fault.
        for (name, rounds) in [
            ("tone-44100-stereo.flac", 30), ("tone-44100-stereo.ogg", 30), ("tone-44100-stereo.mp3", 3),
        ] {
            let original = try Golden.bytes(name)
            for round in 0..<rounds {
                var bytes = original
                for _ in 0..<20 {
                    bytes[.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
                }
                let path = try folder.write(bytes, to: "damaged-\(round)-\(name)")
                if let file = try? reader.read(path) {
                    #expect(file.samples.count <= 80_000)
                    #expect(file.samples.allSatisfy { (-1...1).contains($0) })
                }
            }
        }
    }
}

/// The same numbers in every run (a linear congruential generator, Knuth's MMIX constants).
struct SequenceOfNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 32)
    }
}
