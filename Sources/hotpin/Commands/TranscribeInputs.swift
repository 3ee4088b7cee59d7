import Glibc

/// The recordings that the command line names.
struct TranscribeInputs {
    struct File: Sendable {
        /// As people know it.
        var name: String
        /// nil is standard input.
        var path: String?

        /// What its transcript is called, before the dot.
        var stem: String

        init(name: String, path: String?) {
            self.name = name
            self.path = path
            let last = name.split(separator: "/").last.map(String.init) ?? name
            stem = path == nil ? "stdin" : last
            if path != nil, let dot = last.lastIndex(of: "."), dot > last.startIndex { stem = String(last[..<dot]) }
        }
    }

    private(set) var files: [File] = []
    private(set) var complaints: [String] = []

    /// What a folder's sound files are called; a file that is named itself can be called anything.
    private static let extensions: Set = [
        "wav", "wave", "flac", "mp3", "ogg", "oga", "opus", "aif", "aiff", "aifc", "au", "caf", "w64", "rf64", "raw",
    ]

    init(_ operands: [String]) {
        for operand in operands {
            if operand == "-" {
                files.append(File(name: "standard input", path: nil))
            } else if Self.isFolder(operand) {
                let found = Self.soundFiles(in: operand)
                if found.isEmpty { complaints.append("\(operand): there are no sound files in this folder.") }
                files += found
            } else {
                files.append(File(name: operand, path: operand))
            }
        }
        keepApart()
    }

    /// Of several files with one stem the later ones keep their endings, and get numbers if that is not enough.
    private mutating func keepApart() {
        var taken: Set<String> = []
        for index in files.indices {
            let whole = files[index].name.split(separator: "/").last.map(String.init) ?? files[index].stem
            var stem = files[index].stem
            var number = 1
            while !taken.insert(stem).inserted {
                stem = number == 1 ? whole : "\(whole)-\(number)"
                number += 1
            }
            files[index].stem = stem
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func soundFiles(in folder: String) -> [File] {
        guard let listing = opendir(folder) else { return [] }
        defer { closedir(listing) }
        var names: [String] = []
        while let entry = readdir(listing) {
            let length = Int(entry.pointee.d_reclen)
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: length) { String(cString: $0) }
            }
            let ending = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
            if !name.hasPrefix("."), name.contains("."), extensions.contains(ending) { names.append(name) }
        }
        let base = folder.hasSuffix("/") ? folder : folder + "/"
        return names.sorted().map { File(name: base + $0, path: base + $0) }.filter { !isFolder($0.name) }
    }
}
