import Testing

/// Human speech from Debian's pocketsphinx-testdata.
enum SpeechClips {
    static let folder = "/usr/share/pocketsphinx/test/data/"

    /// Samples of a raw or WAV clip, mono, 16 kHz.
    static func samples(_ name: String) throws -> [Float] {
        try clip(at: folder + name)
    }

    static func clip(at path: String) throws -> [Float] {
        let bytes = try #require(ONNXTestParts.read(path), "\(path) is missing: apt install pocketsphinx-testdata")
        let start = path.hasSuffix(".wav") ? 44 : 0
        return stride(from: start, to: bytes.count - 1, by: 2).map {
            Float(Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)) / 32768
        }
    }

    /// White noise that is the same in every run and in `Tools/golden/whisper_mel.py`; -0.25…0.25 times `scale`.
    static func noise(_ count: Int, scale: Float = 1) -> [Float] {
        var state: UInt32 = 1
        return (0..<count).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return Float(Int32(state >> 16) - 32768) / 32768 / 4 * scale
        }
    }

    /// A golden file, by its path under Tests/Golden.
    static func golden(_ name: String) throws -> [UInt8] {
        let tests = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
        return try #require(ONNXTestParts.read(tests.joined(separator: "/") + "/Golden/" + name))
    }

    /// The rows of a golden text file.
    static func goldenLines(_ name: String) throws -> [[Substring]] {
        String(decoding: try golden(name), as: UTF8.self).split(separator: "\n").map { $0.split(separator: "\t") }
    }
}
