import Glibc
import VoicePipeline

/// What came on standard input, in a file without a name: it is gone when this is, or when the process ends.
final class StandardInputSpool: Sendable {
    /// More is refused, bytes: 2 GB.
    static let limit = 2 << 30

    /// Names the file for as long as this lives.
    let path: String
    private let descriptor: Int32

    private init(_ descriptor: Int32) {
        self.descriptor = descriptor
        path = "/proc/self/fd/\(descriptor)"
    }

    deinit {
        close(descriptor)
    }

    /// Reads standard input to its end, on a thread of its own.
    /// - Throws: `RecordingError` with a sentence; `EngineError.cancelled` soon after the calling task is cancelled.
    static func read() async throws -> StandardInputSpool {
        guard isatty(STDIN_FILENO) != 1 else {
            throw RecordingError(.unreadable, "It is a terminal; send a recording through a pipe, or name a file.")
        }
        let worker = try EngineWorker(name: "standard-input")
        return try await worker.run { cancellation throws(EngineError) in try fill(cancellation) }.get()
    }

    private static func fill(
        _ cancellation: EngineCancellation
    ) throws(EngineError) -> Result<StandardInputSpool, RecordingError> {
        guard let spool = create() else { return .failure(failure("A temporary file cannot be made")) }
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        var total = 0
        while true {
            try cancellation.check()
            var waiting = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            // Not for ever, so that Ctrl-C is seen while nothing comes.
            if poll(&waiting, 1, 50) == 0 { continue }
            let count = Glibc.read(STDIN_FILENO, &buffer, buffer.count)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            if count < 0 { return .failure(failure("It cannot be read")) }
            if count == 0 { return .success(spool) }
            total += count
            guard total <= limit else {
                return .failure(
                    RecordingError(
                        .unreadable, "It holds more than \(limit >> 20) MB. Save it to a file, and name that."))
            }
            guard write(buffer[..<count], to: spool.descriptor) else {
                return .failure(failure("It cannot be kept in a temporary file"))
            }
        }
    }

    private static func create() -> StandardInputSpool? {
        let folder = Process.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        var template = Array("\(folder)/hotpin-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { return nil }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        unlink(template)
        return StandardInputSpool(descriptor)
    }

    private static func write(_ bytes: ArraySlice<UInt8>, to file: Int32) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static func failure(_ what: String) -> RecordingError {
        RecordingError(.unreadable, "\(what): \(String(cString: strerror(errno))).")
    }
}
