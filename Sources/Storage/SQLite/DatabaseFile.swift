import Glibc
import VoicePipeline

/// The file a database is in.
enum DatabaseFile {
    /// Makes the folder (0700) and the file (0600), so that no one else can read what was said.
    static func prepare(_ path: String) throws(StorageError) {
        var folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        if folder.isEmpty { folder = path.hasPrefix("/") ? "/" : "." }
        var made = folder.hasPrefix("/") ? "/" : ""
        for part in folder.split(separator: "/") {
            made += made.isEmpty || made.hasSuffix("/") ? part : "/" + part
            guard mkdir(made, 0o700) == 0 || errno == EEXIST || errno == EROFS || errno == EACCES else {
                if errno == ENOSPC { throw .full }
                throw .unusable("The folder \(made) cannot be made: \(reason()).")
            }
        }
        // A file that is there is never opened here: closing it would drop the locks that another connection of this
        // process has on it (POSIX), and another program would then take the write-ahead log away under its feet.
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            close(descriptor)
            return
        }
        guard errno == EEXIST, access(path, R_OK | W_OK) == 0 else {
            if errno == ENOSPC { throw .full }
            throw .unusable(
                "The database \(path) cannot be opened: \(reason()). See that its folder may be written to.")
        }
        chmod(path, 0o600)
    }

    private static func reason() -> String {
        String(cString: strerror(errno))
    }
}
