import Glibc
import VoicePipeline

/// Where uploads wait on the disk until they are read: files without a name, which are gone when nobody holds them, and
/// when the process ends, however it ends.
public final class UploadSpool: Sendable {
    private let folder: String
    /// Bytes of all files at once.
    private let capacity: Int
    private let used = Guarded(0)
    /// Disks block, and so does what else is done with a whole upload.
    private let worker: EngineWorker

    /// - Parameters:
    ///   - folder: on a disk with room; must be there.
    ///   - capacity: bytes of all files at once.
    /// - Throws: `.unavailable` when the system gives no thread.
    public init(folder: String, capacity: Int) throws(EngineError) {
        self.folder = folder
        self.capacity = capacity
        worker = try EngineWorker(name: "spool", threads: 2, capacity: 1024)
    }

    /// A new file.
    /// - Throws: `ServiceFailure` with status 507 when there is no place for it.
    package func open() async throws -> SpooledFile {
        let folder = folder
        let descriptor = try await offLoop { Self.openUnnamed(in: folder) }
        guard let descriptor else { throw Self.noRoom }
        return SpooledFile(descriptor: descriptor, spool: self)
    }

    /// Runs what blocks or computes for long on a thread of the spool's own.
    package func offLoop<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async throws -> Value {
        try await worker.run { _ in body() }
    }

    /// - Returns: whether there is room for so many bytes more.
    func reserve(_ count: Int) -> Bool {
        used.withLock { used in
            guard count <= capacity - used else { return false }
            used += count
            return true
        }
    }

    func release(_ count: Int) { used.withLock { $0 -= count } }

    /// Bytes that uploads take now.
    package var usedBytes: Int { used.withLock { $0 } }

    static let noRoom = ServiceFailure(507, "The server has no room on its disk for this upload; try again later.")

    /// - Returns: a descriptor; nil when none could be had.
    private static func openUnnamed(in folder: String) -> Int32? {
        // O_TMPFILE, which Swift does not import: the same number on all of Linux's architectures that Swift runs on.
        let descriptor = Glibc.open(folder, 0o20_000_000 | O_DIRECTORY | O_RDWR | O_CLOEXEC, 0o600)
        if descriptor >= 0 { return descriptor }
        // Some file systems have no files without names; there it loses its name at once.
        var path = Array("\(folder)/upload-XXXXXX".utf8CString)
        let named = mkstemp(&path)
        guard named >= 0 else { return nil }
        _ = fcntl(named, F_SETFD, FD_CLOEXEC)
        unlink(path)
        return named
    }
}
