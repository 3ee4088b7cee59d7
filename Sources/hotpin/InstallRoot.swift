import Glibc

/// The folder that holds `Models/catalog.json`, `Web` and, by default, models and state.
struct InstallRoot: Sendable {
    let path: String

    /// The folder the tool was started in, one above the program, or /usr/share/hotpin: the first that has a catalogue.
    static func find() -> InstallRoot {
        var candidates = ["."]
        if let program = realPath("/proc/self/exe") {
            var folders = program.split(separator: "/").map(String.init)
            while !folders.isEmpty {
                folders.removeLast()
                candidates.append("/" + folders.joined(separator: "/"))
            }
        }
        candidates.append("/usr/share/hotpin")
        let found = candidates.first { exists($0 + "/Models/catalog.json") }
        return InstallRoot(path: realPath(found ?? ".") ?? ".")
    }

    /// A path of the configuration: absolute as it is; relative to the current folder if it is there, else to the root.
    func resolve(_ relative: String) -> String {
        if relative.hasPrefix("/") || Self.exists(relative) { return relative }
        return "\(path)/\(relative)"
    }

    /// The content of a small text file, or nil if it cannot be read.
    func text(of relative: String) -> String? { Self.read(resolve(relative)) }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func read(_ path: String) -> String? {
        guard let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while bytes.count < 4 << 20 {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
