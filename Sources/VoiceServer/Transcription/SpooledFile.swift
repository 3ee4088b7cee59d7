import Glibc
import VoicePipeline

/// One upload on the disk. It is gone with its last reference.
package final class SpooledFile: Sendable {
    private let descriptor: Int32
    private let spool: UploadSpool
    private let state = Guarded((written: 0, waiting: [UInt8]()))

    /// Bytes that are written at once, so that a fast upload does not go to another thread for every packet.
    private static let piece = 256 * 1024
    /// To give a file back takes the longer the larger it is.
    private static let slowBytes = 4 << 20

    init(descriptor: Int32, spool: UploadSpool) {
        self.descriptor = descriptor
        self.spool = spool
    }

    deinit {
        let written = state.withLock { $0.written }
        spool.release(written)
        if written < Self.slowBytes || !Self.closeElsewhere(descriptor) { close(descriptor) }
    }

    /// Where the file can be opened by name, as long as it is held.
    package var path: String { "/proc/self/fd/\(descriptor)" }

    /// Bytes that were appended.
    package var count: Int { state.withLock { $0.written + $0.waiting.count } }

    /// Adds bytes at the end. One caller at a time.
    /// - Throws: `ServiceFailure` with status 507 when the disk is full, or the spool; `EngineError.cancelled`.
    package func append(_ bytes: [UInt8]) async throws {
        let isEnough = state.withLock { state in
            state.waiting += bytes
            return state.waiting.count >= Self.piece
        }
        if isEnough { try await flush() }
    }

    /// Writes what waits; before the file is read.
    package func flush() async throws {
        let bytes = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        guard !bytes.isEmpty else { return }
        guard spool.reserve(bytes.count) else { throw UploadSpool.noRoom }
        state.withLock { $0.written += bytes.count }
        let descriptor = descriptor
        // Holds itself until the writing is over: a descriptor that is closed meanwhile may be someone else's next.
        let isWritten = try await spool.offLoop { [self] in withExtendedLifetime(self) { Self.write(bytes, descriptor) }
        }
        guard isWritten else { throw UploadSpool.noRoom }
    }

    /// The whole content. For files that fit into memory.
    package func read() async throws -> [UInt8] {
        try await flush()
        let (descriptor, count) = (descriptor, count)
        return try await spool.offLoop { [self] in withExtendedLifetime(self) { Self.read(descriptor, count) } }
    }

    private static func write(_ bytes: [UInt8], _ descriptor: Int32) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while let base = UnsafeRawBufferPointer(rebasing: rest).baseAddress, !rest.isEmpty {
                let count = Glibc.write(descriptor, base, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }

    private static func read(_ descriptor: Int32, _ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while initialized < count, let base = buffer.baseAddress {
                let got = pread(descriptor, base + initialized, count - initialized, off_t(initialized))
                if got < 0, errno == EINTR { continue }
                guard got > 0 else { return }
                initialized += got
            }
        }
    }

    /// Closes a descriptor on a thread of its own.
    private static func closeElsewhere(_ descriptor: Int32) -> Bool {
        var thread = pthread_t()
        let argument = UnsafeMutableRawPointer(bitPattern: Int(descriptor))
        let code = pthread_create(
            &thread, nil,
            { argument in
                close(Int32(Int(bitPattern: argument)))
                return nil
            }, argument)
        guard code == 0 else { return false }
        pthread_detach(thread)
        return true
    }
}
