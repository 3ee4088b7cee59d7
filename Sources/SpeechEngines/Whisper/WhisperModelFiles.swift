import Glibc
import VoicePipeline

/// The files of one converted Whisper model, read and checked; the graphs are only named.
package struct WhisperModelFiles: Sendable {
    package let info: WhisperModelInfo
    package let tokens: WhisperTokens
    package let filters: MelFilters
    let encoder: String
    let decoder: String

    /// - Parameter folder: holds `model.json`, `tokens.txt`, `mel_filters.bin` and the graphs.
    /// - Throws: `.unavailable` that names the file and what is wrong with it.
    package init(folder: String, precision: WhisperPrecision) throws(EngineError) {
        info = try WhisperModelInfo(json: Self.read("\(folder)/model.json"), path: "\(folder)/model.json")
        tokens = try WhisperTokens(
            file: Self.read("\(folder)/tokens.txt"), count: info.eot, path: "\(folder)/tokens.txt")
        filters = try MelFilters(
            bytes: Self.read("\(folder)/mel_filters.bin"), bands: info.mels, path: "\(folder)/mel_filters.bin")
        encoder = "\(folder)/\(precision.fileName("encoder"))"
        decoder = "\(folder)/\(precision.fileName("decoder"))"
    }

    /// Reads a whole file of at most 16 MB.
    private static func read(_ path: String) throws(EngineError) -> [UInt8] {
        let remedy = "run scripts/setup.sh"
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .unavailable("\(path): \(String(cString: strerror(errno))): \(remedy)") }
        defer { close(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = Glibc.read(file, &piece, piece.count)
            if count == 0 { return bytes }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw .unavailable("\(path): \(String(cString: strerror(errno))): \(remedy)")
            }
            bytes += piece[..<count]
            guard bytes.count <= 16 << 20 else { throw .unavailable("\(path) is too large: \(remedy)") }
        }
    }
}
