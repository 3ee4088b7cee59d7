import Glibc

/// What sound files begin with.
///
/// libsndfile also reads formats of the nineteen-eighties and tables of MATLAB. Nobody sends those, few have looked at the
/// code that reads them, and uploads come from anywhere: only what is in use gets as far as the library.
enum SoundFileMark {
    private static let known: [[UInt8]] = [
        "RIFF", "RIFX", "RF64", "FORM", "fLaC", "OggS", "ID3", ".snd", "caff", "riff",
    ].map { Array($0.utf8) }

    /// Whether a file begins like one of a format that is read; its place is left as it is.
    static func isKnown(_ descriptor: Int32) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 4)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count >= 2 else { return false }
        // Eleven bits that are set begin every frame of MPEG audio.
        if bytes[0] == 0xFF, bytes[1] & 0xE0 == 0xE0 { return true }
        return known.contains { bytes.prefix(max(0, count)).starts(with: $0) }
    }
}
