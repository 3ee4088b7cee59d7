/// How the server's last run in this state folder ended.
public enum LastRun: Equatable, Sendable {
    /// It was asked to stop, or there was none.
    case clean
    /// It ended by a fatal signal; the first line of its report.
    case crashed(String)
    /// It ended without a word while the machine went on: killed, or out of memory.
    case killed
    /// The machine went down under it.
    case machineWentDown
    /// Another server uses the folder now, so nothing is known.
    case unknown

    /// Every name that `name` gives.
    public static let names = ["clean", "crashed", "killed", "machine_went_down", "unknown"]

    /// The kind, as a label.
    public var name: String {
        switch self {
        case .clean: "clean"
        case .crashed: "crashed"
        case .killed: "killed"
        case .machineWentDown: "machine_went_down"
        case .unknown: "unknown"
        }
    }

    /// What to tell the operator; nil if there is nothing to tell.
    /// - Parameter report: the file that keeps a crash's report.
    public func advice(report: String) -> String? {
        switch self {
        case .clean: nil
        case .crashed(let line): "the last run crashed: \(line) (the calls that led there are in \(report))"
        case .killed:
            "the last run ended without shutdown: it was killed, or the system ran out of memory (see `journalctl -k`)"
        case .machineWentDown: "the last run ended without shutdown: the machine went down"
        case .unknown: "another server uses the same STATE_DIR; give each its own"
        }
    }
}
