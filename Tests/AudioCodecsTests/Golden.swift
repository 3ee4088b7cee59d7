import Glibc

/// Files made by `Tools/golden/audio_files.py`.
enum Golden {
    static func path(_ name: String) -> String {
        // This file stands in Tests/AudioCodecsTests.
        let parts = #filePath.split(separator: "/").dropLast(2)
        return "/" + parts.joined(separator: "/") + "/Golden/audio/" + name
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        let descriptor = open(path(name), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw TemporaryFolder.POSIXFailure(code: errno) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = read(descriptor, &bytes, bytes.count)
        return Array(bytes.prefix(max(0, count)))
    }
}
