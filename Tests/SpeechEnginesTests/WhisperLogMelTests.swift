import SpeechEngines
import Testing
import VoicePipeline

@Suite struct WhisperLogMelTests {
    private let mel: LogMel

    init() throws {
        mel = try LogMel(
            filters: WhisperModelFiles(folder: ONNXTestParts.whisperFolder, precision: .int8).filters)
    }

    private func spectrogram(_ samples: [Float], frames: Int) -> [Float] {
        var output = [Float](repeating: .nan, count: mel.bands * frames)
        output.withUnsafeMutableBufferPointer { mel.compute(samples, frames: frames, into: $0) }
        return output
    }

    private func golden(_ name: String) throws -> [Float] {
        let bytes = try SpeechClips.golden("whisper/\(name)")
        return bytes.withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map {
                Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
            }
        }
    }

    private func worst(_ a: [Float], _ b: [Float]) -> Float {
        a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max() ?? 1 : .infinity
    }

    @Test func agreesWithOpenAIsOnSpeechAndZeros() throws {
        let whole = spectrogram(try SpeechClips.samples("goforward.raw"), frames: 800)
        let kept = (0..<80).flatMap { band in stride(from: 0, to: 800, by: 9).map { whole[band * 800 + $0] } }
        #expect(worst(kept, try golden("mel-goforward.bin")) < 1e-4)
    }

    @Test func agreesWithOpenAIsAtBothEndsOfFullAudio() throws {
        let whole = spectrogram(SpeechClips.noise(480_000), frames: 3000)
        let kept = (0..<80).flatMap { band in
            (Array(0..<8) + Array(2992..<3000)).map { whole[band * 3000 + $0] }
        }
        #expect(worst(kept, try golden("mel-noise.bin")) < 1e-4)
    }

    @Test(arguments: [0, 1, 200, 1279, 1280, 127_800, 128_000])
    func skippingTheZerosChangesNothing(count: Int) {
        let samples = SpeechClips.noise(count)
        let padded = samples + [Float](repeating: 0, count: 128_000 - count)
        // Not equal to the bit: which frames share a transform is another matter at the end.
        #expect(worst(spectrogram(samples, frames: 800), spectrogram(padded, frames: 800)) < 1e-6)
    }

    @Test func silenceIsTheLowestValueEverywhere() {
        #expect(worst(spectrogram([], frames: 10), [Float](repeating: -1.5, count: 800)) == 0)
    }

    @Test func filtersOfAnotherSizeAreRefused() {
        #expect(throws: EngineError.self) { try MelFilters(bytes: [0, 0, 0], bands: 80, path: "mel_filters.bin") }
        let infinite = [UInt8](repeating: 0xFF, count: 201 * 4)
        #expect(throws: EngineError.self) { try MelFilters(bytes: infinite, bands: 1, path: "mel_filters.bin") }
    }
}
