import Glibc

/// The machine's clock and time zone (`TZ` or /etc/localtime).
public struct SystemWallClock: WallClock {
    public init() {
        tzset()
    }

    public func now() -> Double {
        var spec = timespec()
        clock_gettime(CLOCK_REALTIME, &spec)
        return Double(spec.tv_sec) + Double(spec.tv_nsec) / 1e9
    }

    public func local(_ time: Double) -> LocalTime {
        var seconds = time_t(time.rounded(.down).clamped(to: -6e10...2.5e11))
        var parts = tm()
        localtime_r(&seconds, &parts)
        return LocalTime(
            year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday),
            hour: Int(parts.tm_hour), minute: Int(parts.tm_min), second: Int(parts.tm_sec),
            weekday: Int(parts.tm_wday))
    }

    public func time(of local: LocalTime) -> Double {
        var parts = tm()
        parts.tm_year = Int32(clamping: local.year - 1900)
        parts.tm_mon = Int32(clamping: local.month - 1)
        parts.tm_mday = Int32(clamping: local.day)
        parts.tm_hour = Int32(clamping: local.hour)
        parts.tm_min = Int32(clamping: local.minute)
        parts.tm_sec = Int32(clamping: local.second)
        parts.tm_isdst = -1
        return Double(mktime(&parts))
    }
}

extension Double {
    func clamped(to range: ClosedRange<Double>) -> Double {
        isNaN ? range.lowerBound : Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}
