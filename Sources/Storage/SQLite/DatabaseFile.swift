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
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            if errno == ENOSPC { throw .full }
            throw .unusable(
                "The database \(path) cannot be opened: \(reason()). See that its folder may be written to.")
        }
        fchmod(descriptor, 0o600)
        close(descriptor)
    }

    private static func reason() -> String {
        String(cString: strerror(errno))
    }
}
