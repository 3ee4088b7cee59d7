import Glibc
import VoicePipeline

/// A Vosk model's folder, as its makers unpack it.
///
///     am/final.mdl   conf/model.conf  conf/mfcc.conf   graph/HCLG.fst, or HCLr.fst + Gr.fst + disambig_tid.int
///
/// libvosk says on standard error alone what it misses, and of some files nothing at all: so they are looked at first.
public struct VoskFolder: Sendable {
    public let path: String

    public init(_ path: String) {
        self.path = path
    }

    private static let needed = ["am/final.mdl", "conf/model.conf", "conf/mfcc.conf"]
    /// One graph with everything, or the small models' two, which are put together while they run.
    private static let graphs = [["graph/HCLG.fst"], ["graph/HCLr.fst", "graph/Gr.fst", "graph/disambig_tid.int"]]
    /// Needed by the first; the first is optional.
    private static let speakerFiles = [
        "ivector/final.ie", "ivector/final.dubm", "ivector/final.mat", "ivector/global_cmvn.stats",
        "ivector/online_cmvn.conf", "ivector/splice.conf",
    ]
    /// What files of finite-state transducers begin with.
    private static let graphMark: [UInt8] = [0xD6, 0xFD, 0xB2, 0x7E]

    /// The model's name: that of its folder.
    public var name: String { String(path.split(separator: "/").last { $0 != "." } ?? "vosk") }

    /// Whether it looks like a Vosk model at all.
    public var looksLikeOne: Bool {
        Self.needed.allSatisfy { size($0) != nil } && Self.graphs.contains { size($0[0]) != nil }
    }

    /// ISO 639-1 code, out of a name such as `vosk-model-small-en-us-0.15`; nil where the name says none.
    public var language: String? {
        let parts = name.lowercased().split(whereSeparator: { $0 == "-" || $0 == "_" }).map(String.init)
        guard let model = parts.firstIndex(of: "model"), parts[..<model].contains("vosk") else { return nil }
        let code = parts[(model + 1)...].first { $0 != "small" && $0 != "big" && $0 != "spk" }
        return code.flatMap { Self.codes[$0] ?? (LanguageName.name(of: $0) == nil ? nil : $0) }
    }

    /// Names of Vosk models that are countries' instead of languages'.
    private static let codes = ["cn": "zh", "gr": "el", "ua": "uk", "br": "pt", "kz": "kk", "vn": "vi", "jp": "ja"]

    /// About what it takes when it is loaded, bytes: the small models' graphs take twice the files' size.
    public var bytes: Int {
        let names = Self.needed + Self.graphs.joined() + Self.speakerFiles + ["rescore/G.carpa", "rescore/G.fst"]
        return 2 * names.reduce(0) { $0 + (size($1) ?? 0) }
    }

    /// When the acoustic model's file was made, seconds since 1970.
    public var created: Int {
        var status = stat()
        return stat("\(path)/am/final.mdl", &status) == 0 ? Int(status.st_mtim.tv_sec) : 0
    }

    /// - Throws: `.unavailable` that names what is missing or no such file.
    public func check() throws(EngineError) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw .unavailable("\(path) is no folder: VOSK_MODEL_PATH is the folder of an unpacked Vosk model")
        }
        var wanted = Self.needed
        guard let graph = Self.graphs.first(where: { size($0[0]) != nil }) else {
            throw missing("graph/HCLG.fst or graph/HCLr.fst")
        }
        wanted += graph
        if size(Self.speakerFiles[0]) != nil { wanted += Self.speakerFiles }
        for file in wanted {
            guard let size = size(file) else { throw missing(file) }
            guard size > 0 else { throw damaged(file, "it is empty") }
        }
        for file in graph where file.hasSuffix(".fst") {
            guard beginning(file, count: 4) == Self.graphMark else { throw damaged(file, "it is no graph") }
        }
        guard [[0, 0x42], [0x3C, 0x54]].contains(beginning("am/final.mdl", count: 2)) else {
            throw damaged("am/final.mdl", "it is no acoustic model")
        }
    }

    private func missing(_ file: String) -> EngineError {
        .unavailable("\(path) is no whole Vosk model, it has no \(file): unpack the model again, or set another folder")
    }

    private func damaged(_ file: String, _ reason: String) -> EngineError {
        .unavailable("\(path)/\(file) is damaged (\(reason)): unpack the Vosk model again")
    }

    private func size(_ file: String) -> Int? {
        var status = stat()
        return stat("\(path)/\(file)", &status) == 0 ? Int(status.st_size) : nil
    }

    private func beginning(_ file: String, count: Int) -> [UInt8] {
        guard let stream = fopen("\(path)/\(file)", "re") else { return [] }
        defer { fclose(stream) }
        var bytes = [UInt8](repeating: 0, count: count)
        return fread(&bytes, 1, count, stream) == count ? bytes : []
    }
}
