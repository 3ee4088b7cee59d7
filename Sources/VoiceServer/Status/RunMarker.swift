import Glibc

/// A file that says that a server runs, so that the next one knows when that ended without a shutdown.
///
/// The file holds the machine's boot and the process; an orderly end empties it. A lock, which the kernel lets go when
/// the process dies, tells a server that runs from one that died.
/// ```
///  run:       "boot=… pid=… started=…"  while it runs; "" after an orderly end
///  crash.log: empty, or the report of a fatal signal; kept as crash.log.1 by the next start
/// ```
public final class RunMarker: Sendable {
    /// How the run before ended.
    public let lastRun: LastRun
    /// An open, empty file for a crash's report; -1 if there is none.
    public let crashFile: Int32
    /// Where the last crash's report is kept.
    public let keptReport: String
    private let file: Int32

    /// A report's first line is cut at so many bytes.
    private static let longestLine = 400

    /// Marks this run.
    /// - Parameters:
    ///   - folder: the state folder, made if it is not there; nothing is kept if it cannot be written.
    ///   - bootID: changes whenever the machine starts.
    ///   - startTime: seconds since 1970.
    public init(folder: String, bootID: String = RunMarker.currentBootID, startTime: Double) {
        Self.makeFolder(folder)
        let path = folder + "/run"
        let report = folder + "/crash.log"
        keptReport = report + ".1"
        file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else {
            lastRun = .clean
            crashFile = -1
            return
        }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            lastRun = .unknown
            crashFile = -1
            return
        }
        let before = Self.content(of: file)
        let crash = Self.firstLine(of: report)
        if !crash.isEmpty {
            lastRun = .crashed(crash)
            rename(report, keptReport)
        } else if before.isEmpty {
            lastRun = .clean
        } else {
            lastRun = before.contains("boot=\(bootID) ") ? .killed : .machineWentDown
        }
        Self.replace(file, "boot=\(bootID) pid=\(getpid()) started=\(Int(startTime))\n")
        crashFile = open(report, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
    }

    deinit {
        if file >= 0 { close(file) }
        if crashFile >= 0 { close(crashFile) }
    }

    /// Notes an orderly end.
    public func finish() {
        guard file >= 0, lastRun != .unknown else { return }
        Self.replace(file, "")
    }

    /// The machine's current boot, as the kernel names it.
    public static var currentBootID: String {
        let file = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "unknown" }
        defer { close(file) }
        return String(content(of: file).prefix { !$0.isNewline })
    }

    private static func makeFolder(_ folder: String) {
        var made = ""
        for part in folder.split(separator: "/") {
            made += made.isEmpty && !folder.hasPrefix("/") ? part : "/" + part
            mkdir(made, 0o700)
        }
    }

    private static func replace(_ file: Int32, _ text: String) {
        // A full disk loses the marker, not the server.
        guard ftruncate(file, 0) == 0, !text.isEmpty else { return }
        var text = text
        text.withUTF8 { bytes in _ = pwrite(file, bytes.baseAddress, bytes.count, 0) }
        fsync(file)
    }

    private static func firstLine(of path: String) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return "" }
        defer { close(file) }
        return String(content(of: file).prefix { !$0.isNewline })
    }

    private static func content(of file: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: longestLine)
        let count = max(pread(file, &bytes, bytes.count, 0), 0)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
