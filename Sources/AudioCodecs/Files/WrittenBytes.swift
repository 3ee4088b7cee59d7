import CSndfile
import VoicePipeline

/// A file that libsndfile writes and whose beginning is sent away while it grows.
final class WrittenBytes: Sendable {
    private struct State {
        /// Bytes from `sent` on.
        var waiting: [UInt8] = []
        /// Bytes that were taken away; what is written over them is lost.
        var sent = 0
        /// Where the next byte goes, counted from the file's beginning.
        var position = 0

        var length: Int { sent + waiting.count }

        mutating func write(_ bytes: UnsafeRawBufferPointer) {
            let lost = min(max(0, sent - position), bytes.count)
            let kept = bytes.dropFirst(lost)
            let start = max(0, position - sent)
            if start > waiting.count { waiting += repeatElement(0, count: start - waiting.count) }
            waiting.replaceSubrange(start..<min(waiting.count, start + kept.count), with: kept)
            position += bytes.count
        }
    }

    private let state = Guarded(State())

    /// What was written since the last time.
    func take() -> [UInt8] {
        state.withLock { state in
            defer {
                state.sent += state.waiting.count
                state.waiting = []
            }
            return state.waiting
        }
    }

    /// What libsndfile calls; its context is a `WrittenBytes`, unretained.
    static var callbacks: SF_VIRTUAL_IO {
        SF_VIRTUAL_IO(
            get_filelen: { context in sf_count_t(WrittenBytes.of(context)?.length ?? -1) },
            seek: { offset, origin, context in sf_count_t(WrittenBytes.of(context)?.seek(offset, origin) ?? -1) },
            read: { _, _, _ in 0 },
            write: { bytes, count, context in
                guard let bytes, count > 0 else { return 0 }
                WrittenBytes.of(context)?.write(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
                return count
            },
            tell: { context in sf_count_t(WrittenBytes.of(context)?.position ?? -1) })
    }

    private static func of(_ context: UnsafeMutableRawPointer?) -> WrittenBytes? {
        context.map { Unmanaged<WrittenBytes>.fromOpaque($0).takeUnretainedValue() }
    }

    private var length: Int { state.withLock { $0.length } }
    private var position: Int { state.withLock { $0.position } }

    private func write(_ bytes: UnsafeRawBufferPointer) {
        state.withLock { $0.write(bytes) }
    }

    private func seek(_ offset: sf_count_t, _ origin: Int32) -> Int {
        state.withLock { state in
            let base =
                switch origin {
                case SEEK_CUR: state.position
                case SEEK_END: state.length
                default: 0
                }
            // Beyond the end there is nothing to write; nobody but the library calls this.
            state.position = min(max(0, base + Int(offset)), state.length)
            return state.position
        }
    }
}
