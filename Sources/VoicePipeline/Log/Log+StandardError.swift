import Glibc

extension Log {
    /// A log on standard error. A line that cannot be written is lost: logging never stops the work.
    public static func standardError(minimum: Level, format: LogLine.Format) -> Log {
        let clock = SystemWallClock()
        return Log(minimum: minimum) { record in
            var line = LogLine.render(record, time: clock.now(), format: format) + "\n"
            line.withUTF8 { bytes in _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count) }
        }
    }
}
