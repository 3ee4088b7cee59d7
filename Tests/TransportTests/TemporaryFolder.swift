import Glibc
import Transport

/// A directory that goes away with its last user.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/hotpin-test-XXXXXX".utf8CString)
        guard let made = template.withUnsafeMutableBufferPointer({ $0.baseAddress.flatMap { mkdtemp($0) } }) else {
            throw TransportError.unreadableFile("/tmp")
        }
        path = String(cString: made)
    }

    deinit {
        remove(path)
    }

    private func remove(_ path: String) {
        if let entries = opendir(path), isDirectory(path) {
            while let entry = readdir(entries) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != "." && name != ".." { remove(path + "/" + name) }
            }
            closedir(entries)
            rmdir(path)
        } else {
            unlink(path)
        }
    }

    private func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    func write(_ name: String, _ bytes: [UInt8]) {
        guard let file = fopen(path + "/" + name, "w") else { return }
        _ = fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }

    func make(_ name: String) { mkdir(path + "/" + name, 0o755) }
    func link(_ name: String, to target: String) { symlink(target, path + "/" + name) }
}
