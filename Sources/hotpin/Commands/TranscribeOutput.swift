import Glibc
import VoicePipeline

/// The folder into which transcripts are written, a file at a time and each as a whole.
struct TranscribeOutput: Sendable {
    let folder: String
    let force: Bool

    /// Makes the folder where there is none.
    init(folder: String, force: Bool) throws {
        self.folder = folder.hasSuffix("/") && folder.count > 1 ? String(folder.dropLast()) : folder
        self.force = force
        guard mkdir(folder, 0o755) != 0, errno != EEXIST else { return }
        throw RecordingError(.unreadable, "\(folder) cannot be made: \(String(cString: strerror(errno))).")
    }

    /// Where a file's transcript goes.
    /// - Throws: when something is there already and is to stay.
    func path(for stem: String, _ format: TranscriptFormat) throws -> String {
        let path = "\(folder)/\(stem).\(format.fileExtension)"
        guard force || access(path, F_OK) != 0 else {
            throw RecordingError(.unreadable, "\(path) is there already; --force overwrites it.")
        }
        return path
    }

    /// Writes a file beside its place first, so that nobody ever finds half of one.
    func write(_ text: String, to path: String) throws {
        let draft = "\(path).part-\(getpid())"
        if let problem = Console.write(Array(text.utf8), toFile: draft) {
            unlink(draft)
            throw RecordingError(.unreadable, problem + ".")
        }
        // A link, unlike a new name, replaces nothing that came meanwhile.
        let failed = force ? rename(draft, path) != 0 : link(draft, path) != 0
        let reason = errno
        if failed || !force { unlink(draft) }
        if failed {
            throw RecordingError(.unreadable, "\(path) cannot be written: \(String(cString: strerror(reason))).")
        }
    }
}
