import Glibc
import Testing
import VoicePipeline

/// Against numbers made by `Tools/golden/recording_trim.py`.
@Suite struct PreparedRecordingTests {
    @Test func agreesWithLibrosa() throws {
        let lines = try golden()
        #expect(lines.count == 12)
        for line in lines {
            let fields = line.split(separator: "\t").map(String.init)
            let samples = signal(try #require(Int(fields[1])), fields[2])
            let start = try #require(Int(fields[3]))
            let end = try #require(Int(fields[4]))
            let gain = try #require(Float(fields[5]))
            let prepared = PreparedRecording(samples)
            #expect(prepared.start == start, "\(line)")
            #expect(prepared.samples.count == end - start, "\(line)")
            let expected = samples[start..<end].map { min(1, max(-1, $0 * gain)) }
            let worst = zip(prepared.samples, expected).map { abs($0 - $1) }.max() ?? 0
            #expect(worst < 1e-5, "\(line)")
            #expect(prepared.samples.count { abs($0) == 1 } == Int(fields[6]), "\(line)")
        }
    }

    @Test func doesOnlyWhatIsAsked() {
        let samples = signal(48_000, "0:0.001 8000:1.0 30000:0.001")
        #expect(PreparedRecording(samples, trimsSilence: false, normalizes: false).samples == samples)
        let trimmed = PreparedRecording(samples, normalizes: false)
        #expect(trimmed.samples == Array(samples[7168..<31_232]))
        let loud = PreparedRecording(samples, trimsSilence: false)
        #expect(loud.samples.count == 48_000)
        let power = loud.samples.reduce(0) { $0 + Double($1) * Double($1) } / 48_000
        #expect(abs(power.squareRoot() - 0.1) < 1e-6)
    }

    @Test func nothingStaysNothing() {
        #expect(PreparedRecording([]).samples == [])
    }

    @Test func aRecordingInMemoryIsReadInPieces() async throws {
        let recording = MemoryRecording([Float](repeating: 0.5, count: 40_000))
        #expect(recording.promisedDuration == 2.5)
        #expect(try await recording.readAll(upTo: 2.5)?.count == 40_000)
        #expect(recording.read() == nil)
        let long = MemoryRecording([Float](repeating: 0.5, count: 40_001))
        #expect(try await long.readAll(upTo: 2.5) == nil)
    }

    private func golden() throws -> [Substring] {
        let tests = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        let path = tests.joined(separator: "/") + "/Golden/recording/trim.txt"
        let file = try #require(fopen(path, "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: "\n")
    }

    /// Noise whose loudness changes at some samples, as the script makes it.
    private func signal(_ count: Int, _ levels: String) -> [Float] {
        var steps = levels.split(separator: " ").compactMap { level -> (Int, Double)? in
            let parts = level.split(separator: ":")
            guard let at = parts.first.flatMap({ Int($0) }), let gain = parts.last.flatMap({ Double($0) }) else {
                return nil
            }
            return (at, gain)
        }[...]
        var state: UInt32 = 1
        var gain = 0.0
        return (0..<count).map { index in
            if let (at, next) = steps.first, at == index {
                gain = next
                steps = steps.dropFirst()
            }
            state = state &* 1_664_525 &+ 1_013_904_223
            return Float(Double(Int32(state >> 16) - 32_768) / 32_768 / 4 * gain)
        }
    }
}
