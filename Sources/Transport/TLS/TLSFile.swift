import Glibc

/// Small files with certificates and keys. The calls block.
enum TLSFile {
    /// More than any chain of certificates.
    private static let maxBytes = 1 << 20

    /// - Parameter what: names the file's role in the error.
    /// - Throws: `TransportError.unusableCertificate`.
    static func read(_ path: String, what: String) throws(TransportError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw unreadable(path, what, errno) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        var failure: Int32 = 0
        while bytes.count <= maxBytes {
            let count = Glibc.read(file, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            if count < 0 { failure = errno }
            if count <= 0 { break }
            bytes += buffer[..<count]
        }
        close(file)
        if failure != 0 { throw unreadable(path, what, failure) }
        guard bytes.count <= maxBytes else {
            throw .unusableCertificate("\(what) \(path) is larger than a megabyte; name the right file")
        }
        return bytes
    }

    private static func unreadable(_ path: String, _ what: String, _ code: Int32) -> TransportError {
        .unusableCertificate(
            "\(what) \(path) cannot be read (\(String(cString: strerror(code)))); check the path, and that this user"
                + " may read it")
    }

    /// Writes a file that is there whole or not at all.
    /// - Parameter mode: such as 0o600; in force from the first moment.
    /// - Throws: `TransportError.system`.
    static func write(_ bytes: [UInt8], to path: String, mode: mode_t) throws(TransportError) {
        let draft = path + ".new"
        unlink(draft)
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard file >= 0 else { throw system("open \(draft)") }
        var rest = bytes[...]
        var isWritten = true
        while isWritten, !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            isWritten = count > 0
            rest = rest.dropFirst(max(0, count))
        }
        isWritten = isWritten && fsync(file) == 0
        let failure = system("write \(draft)")
        close(file)
        guard isWritten else {
            unlink(draft)
            throw failure
        }
        guard rename(draft, path) == 0 else { throw system("rename \(draft)") }
    }

    static func system(_ call: String) -> TransportError {
        .system(call: call, code: errno, message: String(cString: strerror(errno)))
    }
}
