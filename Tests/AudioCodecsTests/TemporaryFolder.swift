import Glibc

/// A folder that is deleted, with what the test put into it, when its owner lets go.
final class TemporaryFolder {
    let path: String
    private var files: [String] = []

    init() throws {
        var template = Array("/tmp/hotpin-audio-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw POSIXFailure(code: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        for file in files { unlink(file) }
        rmdir(path)
    }

    func write(_ bytes: [UInt8], to name: String) throws -> String {
        let file = "\(path)/\(name)"
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw POSIXFailure(code: errno) }
        files.append(file)
        defer { close(descriptor) }
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else { throw POSIXFailure(code: errno) }
        return file
    }

    struct POSIXFailure: Error { var code: Int32 }
}
