import FoundationEssentials
import Glibc

/// Standard output and standard error.
enum Console {
    /// Writes a line of the command's result.
    static func print(_ text: String, terminator: String = "\n") {
        write(Array((text + terminator).utf8), to: STDOUT_FILENO)
    }

    /// Writes a line about something that went wrong.
    static func complain(_ text: String) {
        write(Array("hotpin: \(text)\n".utf8), to: STDERR_FILENO)
    }

    /// Writes a result for programs, as one line of JSON.
    static func print(json value: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else { return complain("the result is not representable in JSON") }
        write(Array(data) + [0x0A], to: STDOUT_FILENO)
    }

    /// Writes bytes to a file; `-` is standard output.
    /// - Returns: what went wrong, or nil.
    static func write(_ bytes: [UInt8], toFile path: String) -> String? {
        if path == "-" {
            write(bytes, to: STDOUT_FILENO)
            return nil
        }
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { return "\(path) cannot be written: \(String(cString: strerror(errno)))" }
        defer { close(file) }
        return write(bytes, to: file) ? nil : "\(path) cannot be written: \(String(cString: strerror(errno)))"
    }

    @discardableResult
    private static func write(_ bytes: [UInt8], to file: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
