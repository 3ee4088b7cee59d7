import AudioCodecs
import Glibc
import VoicePipeline

/// Sound files of any kind: whatever they are, what comes out is bounded sound or an error.
enum RecordingClaims {
    private static let seconds = 4.0
    /// A file without a name, used again and again.
    private static let descriptor: Int32 = {
        var name = Array("/tmp/hotpin-fuzz-XXXXXX\0".utf8CString)
        let descriptor = mkstemp(&name)
        unlink(name)
        return descriptor
    }()

    static func check(_ bytes: [UInt8]) {
        guard descriptor >= 0, ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0,
            bytes.withUnsafeBytes({ write(descriptor, $0.baseAddress, $0.count) }) == bytes.count
        else { return claim(false, "there is no file to write to") }
        // Opened anew by its name, as an upload is.
        do throws(AudioFileError) {
            let file = try AudioFileReader(maximumSeconds: seconds).read("/proc/self/fd/\(descriptor)")
            fits(file)
            prepare(file.samples)
        } catch {
            claim((10...600).contains(error.description.utf8.count), "it is said with \(error)")
            if case .empty = error { return }
            claim(!bytes.isEmpty, "an empty file is \(error)")
        }
    }

    private static func fits(_ file: AudioFile) {
        claim(file.samples.allSatisfy { (-1...1).contains($0) }, "a sample that is no sound")
        claim(SampleCount.rates.contains(file.sourceRate), "\(file.sourceRate) Hz")
        claim((1...64).contains(file.sourceChannels), "\(file.sourceChannels) channels")
        claim(Double(file.sourceFrames) <= seconds * Double(file.sourceRate) + 1, "\(file.sourceFrames) frames")
        let expected = Double(file.sourceFrames) * 16_000 / Double(file.sourceRate)
        claim(abs(Double(file.samples.count) - expected) <= 2, "\(file.samples.count) samples instead of \(expected)")
    }

    private static func prepare(_ samples: [Float]) {
        for (trims, normalizes) in [(true, true), (false, true), (true, false)] {
            let prepared = PreparedRecording(samples, trimsSilence: trims, normalizes: normalizes)
            claim(prepared.samples.allSatisfy { (-1...1).contains($0) }, "a prepared sample that is no sound")
            claim(prepared.start + prepared.samples.count <= samples.count, "more than there was")
            if !trims { claim(prepared.samples.count == samples.count, "untrimmed, \(prepared.samples.count) samples") }
        }
    }
}
