/// How often the service manager wants to hear that the server lives.
public enum WatchdogInterval {
    /// - Parameters:
    ///   - microseconds: the value of `WATCHDOG_USEC`.
    ///   - process: the value of `WATCHDOG_PID`; another process's number means that this one is not watched.
    /// - Returns: the time after which the manager takes the server for dead; nil if it does not watch.
    /// - Source: sd_watchdog_enabled(3).
    public static func read(microseconds: String?, process: String?, own: Int32) -> Duration? {
        guard let text = microseconds, let value = Int64(text), value > 0 else { return nil }
        if let process, process != "\(own)" { return nil }
        return .microseconds(value)
    }
}
