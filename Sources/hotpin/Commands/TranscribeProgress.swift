import Glibc
import VoiceServer

/// A line on the terminal behind standard error that is drawn anew; nothing where there is none.
struct TranscribeProgress {
    private var line: ProgressLine
    private let started = ContinuousClock.now
    private let isShown = isatty(STDERR_FILENO) == 1

    init(_ name: String, total: Double?) {
        line = ProgressLine(name: name.split(separator: "/").last.map(String.init) ?? name, total: total)
    }

    /// - Parameter done: seconds of the recording.
    mutating func show(done: Double = 0) {
        guard isShown else { return }
        line.done = done
        line.elapsed = started.duration(to: .now).seconds
        Self.write("\r" + line.text(columns: Self.columns - 1) + "\u{1B}[K")
    }

    /// Takes the line away.
    func clear() {
        if isShown { Self.write("\r\u{1B}[K") }
    }

    private static var columns: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    private static func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }
}
