import Glibc

/// A regular file opened for reading. The calls block, so they belong on a worker thread.
final class OpenedFile: Sendable {
    private let descriptor: Int32
    /// Bytes, when it was opened.
    let size: Int
    /// Changes whenever the file does, as HTTP writes it.
    let entityTag: String

    private init(descriptor: Int32, status: stat) {
        self.descriptor = descriptor
        size = Int(status.st_size)
        let changed =
            UInt64(bitPattern: Int64(status.st_mtim.tv_sec)) &* 1_000_000_000 &+ UInt64(status.st_mtim.tv_nsec)
        entityTag = "\"\(String(status.st_ino, radix: 36))-\(String(size, radix: 36))-\(String(changed, radix: 36))\""
    }

    deinit {
        close(descriptor)
    }

    /// Opens a file below a root, step by step and never through a symbolic link, so that nothing outside can be
    /// reached. The root itself may be a link.
    /// - Parameter path: begins with `/`; a directory stands for the `index.html` in it.
    /// - Returns: nil when there is no such regular file.
    static func open(root: String, path: String) -> OpenedFile? {
        // Split by bytes, as the system does: to `Character`, a slash and a combining accent behind it are one.
        let steps = path.utf8.split(separator: UInt8(ascii: "/")).map(Substring.init)
        guard !steps.contains(".."), !steps.contains("."), !path.utf8.contains(0), steps.count <= 64 else { return nil }
        let start = Glibc.open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard start >= 0 else { return nil }
        guard let end = steps.reduce(start, { directory, step in directory.flatMap { enter(directory: $0, step) } })
        else { return nil }
        guard let opened = status(of: end) else { return nil }
        if opened.isDirectory {
            guard let index = enter(directory: end, "index.html"), let inner = status(of: index) else { return nil }
            return regular(index, inner)
        }
        // A file has no directory's slash behind it.
        guard path.utf8.last != UInt8(ascii: "/") else {
            close(end)
            return nil
        }
        return regular(end, opened)
    }

    /// Up to `count` bytes from an offset.
    /// - Throws: `TransportError.unreadableFile` when the file has become shorter or cannot be read.
    func read(at offset: Int, count: Int) throws(TransportError) -> [UInt8] {
        var got = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while got < count {
                let step = pread(descriptor, buffer.baseAddress.map { $0 + got }, count - got, offset + got)
                if step < 0 && errno == EINTR { continue }
                if step <= 0 { break }
                got += step
            }
            initialized = got
        }
        guard got == count else { throw .unreadableFile("a file that was just opened") }
        return bytes
    }

    /// Opens the next step and closes the directory it was in.
    private static func enter(directory: Int32, _ step: Substring) -> Int32? {
        defer { close(directory) }
        // Without waiting: the step may be a pipe that nobody writes to.
        let next = openat(directory, String(step), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        return next >= 0 ? next : nil
    }

    private static func status(of descriptor: Int32) -> stat? {
        var status = stat()
        if fstat(descriptor, &status) == 0 { return status }
        close(descriptor)
        return nil
    }

    private static func regular(_ descriptor: Int32, _ status: stat) -> OpenedFile? {
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            return nil
        }
        return OpenedFile(descriptor: descriptor, status: status)
    }
}

extension stat {
    fileprivate var isDirectory: Bool { st_mode & S_IFMT == S_IFDIR }
}
