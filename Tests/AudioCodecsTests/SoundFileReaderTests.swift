import AudioCodecs
import Glibc
import Testing
import VoicePipeline

@Suite struct SoundFileReaderTests {
    private let reader: SoundFileReader
    private let folder: TemporaryFolder

    init() throws {
        reader = try SoundFileReader(threads: 2)
        folder = try TemporaryFolder()
    }

    /// All samples, and the longest piece.
    private func read(_ path: String) async throws -> (samples: [Float], longest: Int) {
        let source = try await reader.open(path)
        var samples: [Float] = []
        var longest = 0
        while let piece = try await source.read() {
            #expect(!piece.isEmpty)
            longest = max(longest, piece.count)
            samples += piece
        }
        #expect(try await source.read() == nil)
        #expect(samples.allSatisfy { (-1...1).contains($0) })
        return (samples, longest)
    }

    private func refusal(_ path: String) async throws -> RecordingError {
        do {
            _ = try await reader.open(path)
        } catch let error as RecordingError {
            return error
        }
        return RecordingError(.unreadable, "nothing was wrong")
    }

    // MARK: - Formats

    @Test(arguments: [
        "tone-44100-stereo.flac", "tone-44100-stereo.ogg", "tone-48000-stereo.opus", "tone-44100-stereo.mp3",
        "tone-22050-stereo.aiff",
    ])
    func readsWhatTheWholeFileReaderReads(name: String) async throws {
        // By a name that says nothing.
        let path = try folder.write(try Golden.bytes(name), to: "upload")
        let samples = try await read(path).samples
        #expect(samples == (try AudioFileReader(maximumSeconds: 5).read(Golden.path(name)).samples))
        #expect(abs(TestTone.amplitude(of: 440, in: samples, rate: 16_000) - 0.3) < 0.03)
        let promised = try await reader.open(path).promisedDuration
        #expect(promised.map { abs($0 - 0.5) < 0.06 } ?? true)
    }

    @Test func readsAFileThatHasNoNameAnyMore() async throws {
        let path = try folder.write(WAVBytes.file([1, 2, 3], rate: 16_000), to: "gone.wav")
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        unlink(path)
        #expect(try await read("/proc/self/fd/\(descriptor)").samples.count == 3)
    }

    @Test func readsRawFilesOnlyWhereThatIsWanted() async throws {
        let path = try folder.write([0x00, 0x40, 0x00, 0xC0], to: "clip.raw")
        #expect(try await refusal(path).kind == .notAudio)
        let source = try await SoundFileReader(readsRaw: true).open(path)
        #expect(try await source.read() == [0.5, -0.5])
    }

    @Test func comesInPiecesOfAboutASecond() async throws {
        for rate in [8_000, 16_000, 48_000] as [UInt32] {
            let count = Int(rate) * 7 / 2
            let path = try folder.write(
                WAVBytes.file(.init(repeating: 900, count: count), rate: rate), to: "\(rate).wav")
            let (samples, longest) = try await read(path)
            #expect(samples.count == 56_000)
            #expect(longest < 16_000 + 8_192 * 3)
        }
    }

    // MARK: - Heads that lie

    @Test(arguments: [0, 0xFFFF_FFFF, 0xFFFF_FFFE, 0x7FFF_FFFF, 10, 4_000_001] as [UInt32])
    func aHeadMayPromiseAnything(promised: UInt32) async throws {
        let values: [Int16] = (0..<16_000).map { Int16($0 / 2) }
        let data = values.flatMap { WAVBytes.little(UInt32(UInt16(bitPattern: $0)), 2) }
        let path = try folder.write(
            WAVBytes.header(rate: 16_000, dataBytes: 32_000, promised: promised) + data, to: "lie.wav")
        let samples = try await read(path).samples
        // A head that promises less is believed.
        #expect(samples.count == (promised == 10 ? 5 : 16_000))
        let steps: [Float] = [0, 0, 1, 1, 2]
        #expect(Array(samples.prefix(5)) == steps.map { $0 / 32_768 })
    }

    @Test func aPipesWAVMayHaveAnyKindOfSamples() async throws {
        // Format, bits, the bytes of 0.5.
        let kinds: [(UInt32, UInt32, [UInt8])] = [
            (1, 8, [192]), (1, 16, [0, 64]), (1, 24, [0, 0, 64]), (1, 32, [0, 0, 0, 64]), (3, 32, [0, 0, 0, 63]),
            (3, 64, [0, 0, 0, 0, 0, 0, 0xE0, 0x3F]),
        ]
        for (format, bits, half) in kinds {
            let head = WAVBytes.header(format: format, bits: bits, rate: 16_000, dataBytes: 0, promised: 0)
            let data = (0..<100).flatMap { _ in half }
            let path = try folder.write(head + data, to: "pipe-\(format)-\(bits).wav")
            #expect(try await read(path).samples == [Float](repeating: 0.5, count: 100))
        }
        // Of no kind that is known.
        let odd = WAVBytes.header(format: 2, bits: 4, rate: 16_000, dataBytes: 0, promised: 0)
        let error = try await refusal(try folder.write(odd + [1, 2, 3, 4], to: "odd.wav"))
        #expect([.notAudio, .empty].contains(error.kind))
    }

    @Test func aFileThatKnowsItHasNoSamplesIsEmpty() async throws {
        let note = Array("LIST".utf8) + WAVBytes.little(8, 4) + Array("INFOhey!".utf8)
        var bytes = WAVBytes.header(rate: 16_000, dataBytes: 0) + note
        bytes.replaceSubrange(4..<8, with: WAVBytes.little(UInt32(bytes.count - 8), 4))
        #expect(try await refusal(try folder.write(bytes, to: "none.wav")).kind == .empty)
    }

    @Test func aHeadAloneIsEmpty() async throws {
        for promised in [nil, 0xFFFF_FFFF, 1_000] as [UInt32?] {
            let path = try folder.write(
                WAVBytes.header(rate: 16_000, dataBytes: 0, promised: promised), to: "head.wav")
            #expect(try await refusal(path).kind == .empty)
        }
        #expect(try await refusal(try folder.write([], to: "nothing")).kind == .empty)
    }

    @Test(arguments: [
        ("tone-44100-stereo.flac", 0.3), ("tone-44100-stereo.flac", 0.9), ("tone-44100-stereo.mp3", 0.5),
        ("tone-44100-stereo.mp3", 0.1), ("tone-48000-stereo.opus", 0.5), ("tone-48000-stereo.opus", 0.95),
        ("tone-44100-stereo.ogg", 0.95), ("tone-22050-stereo.aiff", 0.5),
    ])
    func aCutFileEndsInSamplesOrASentence(name: String, part: Double) async throws {
        let bytes = try Golden.bytes(name)
        let path = try folder.write(Array(bytes.prefix(Int(Double(bytes.count) * part))), to: "cut")
        do {
            let samples = try await read(path).samples
            #expect(samples.count > 0 && samples.count < 9_000)
        } catch let error as RecordingError {
            #expect(error.kind == .notAudio || error.kind == .empty)
        }
    }

    @Test func readsEightChannelsAt192Kilohertz() async throws {
        let frames = 192_000
        var data: [UInt8] = []
        for frame in 0..<frames {
            // Channel 1 carries the tone, eight times as loud as their mean.
            let value = Int16(26_000 * sin(2 * .pi * 440 * Double(frame) / 192_000))
            data += WAVBytes.little(UInt32(UInt16(bitPattern: value)), 2) + [UInt8](repeating: 0, count: 14)
        }
        let head = WAVBytes.header(rate: 192_000, channels: 8, dataBytes: data.count)
        let samples = try await read(try folder.write(head + data, to: "eight.wav")).samples
        #expect(samples.count == 16_000)
        #expect(abs(TestTone.amplitude(of: 440, in: samples, rate: 16_000) - 26_000 / 32_768 / 8) < 1e-3)
    }

    @Test func keepsFloatsInRange() async throws {
        let path = try folder.write(
            WAVBytes.floatFile([2, -3, .nan, .infinity, -.infinity, 0.25], rate: 16_000), to: "loud.wav")
        #expect(try await read(path).samples == [1, -1, 0, 0, 0, 0.25])
        let resampled = try folder.write(
            WAVBytes.floatFile((0..<9_600).map { $0 % 3 == 0 ? .nan : $0 % 3 == 1 ? 1e30 : -.infinity }, rate: 48_000),
            to: "wild.wav")
        #expect(try await read(resampled).samples.count == 3_200)
    }

    @Test func anMP3WithALargePictureIsRead() async throws {
        let music = try Golden.bytes("tone-44100-stereo.mp3")
        for size in [5_000, 3_000_000] {
            // ID3v2.3 with one APIC frame; the tag's length has seven bits a byte.
            var tag: [UInt8] = Array("ID3".utf8) + [3, 0, 0]
            for shift in [21, 14, 7, 0] { tag.append(UInt8((size + 10) >> shift & 0x7F)) }
            tag += Array("APIC".utf8)
            for shift in [24, 16, 8, 0] { tag.append(UInt8(size >> shift & 0xFF)) }
            tag += [0, 0] + [UInt8](repeating: 0xFF, count: size)
            let path = try folder.write(tag + music, to: "tagged-\(size)")
            let samples = try await read(path).samples
            #expect(abs(samples.count - 8_000) < 1_000)
            #expect(abs(TestTone.amplitude(of: 440, in: samples, rate: 16_000) - 0.3) < 0.03)
        }
    }

    // MARK: - What is no recording

    @Test func saysWhatIsWrongWithoutTheFilesName() async throws {
        let words = try folder.write(Array("This is not audio at all, just words.".utf8), to: "words.wav")
        let error = try await refusal(words)
        #expect(error.kind == .notAudio)
        #expect(error.message.hasPrefix("This is not an audio file that can be read ("))
        #expect(error.message.hasSuffix("). Use WAV, FLAC, Ogg, MP3 or AIFF."))
        #expect(!error.message.contains("words"))
        let missing = try await refusal("/nonexistent/hello.wav")
        #expect(missing == RecordingError(.unreadable, "The recording cannot be read: there is no such file."))
        #expect(try await refusal(folder.path).message == "The recording cannot be read: it is a folder.")
        let slow = try folder.write(WAVBytes.file([1, 2, 3], rate: 1_000), to: "slow.wav")
        #expect(
            try await refusal(slow)
                == RecordingError(.unsupported, "The recording cannot be used: its sample rate is 1000 Hz."))
    }

    @Test func randomBytesEndInASentence() async throws {
        var random = SequenceOfNumbers(state: 6)
        for start in [
            [], Array("RIFF".utf8), Array("fLaC".utf8), Array("OggS".utf8), [0xFF, 0xFB], Array("FORM".utf8),
        ] {
            let bytes = start + (0..<20_000).map { _ in UInt8.random(in: 0...255, using: &random) }
            let path = try folder.write(bytes, to: "random-\(start.first ?? 0)")
            do {
                _ = try await read(path)
            } catch let error as RecordingError {
                #expect([.notAudio, .empty, .unsupported].contains(error.kind))
            }
        }
    }

    @Test func aCancelledReaderStops() async throws {
        let path = try folder.write(WAVBytes.file(.init(repeating: 5, count: 80_000), rate: 16_000), to: "long.wav")
        let source = try await reader.open(path)
        let task = Task {
            // The cancellation may come before or while it reads.
            while !Task.isCancelled { await Task.yield() }
            return try await source.read()
        }
        task.cancel()
        await #expect(throws: EngineError.cancelled) { _ = try await task.value }
    }
}
