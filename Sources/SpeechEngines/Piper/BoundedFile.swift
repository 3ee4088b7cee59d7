import Glibc
import VoicePipeline

/// Reads the small files that describe a model.
enum BoundedFile {
    /// - Parameter limit: bytes at most.
    /// - Throws: `.unavailable` that says why the file cannot be read and what to do.
    static func read(_ path: String, limit: Int) throws(EngineError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let reason = errno == ENOENT ? "there is no such file" : String(cString: strerror(errno))
            throw .unavailable("\(path) cannot be read (\(reason)): run scripts/setup.sh")
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        var count = 0
        while count <= limit {
            let room = bytes.count - count
            let read = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, room)
            }
            if read < 0, errno == EINTR { continue }
            guard read >= 0 else {
                throw .unavailable("\(path) cannot be read (\(String(cString: strerror(errno)))).")
            }
            if read == 0 { break }
            count += read
        }
        guard count <= limit else { throw .unavailable("\(path) is larger than \(limit) bytes.") }
        return Array(bytes.prefix(count))
    }
}
