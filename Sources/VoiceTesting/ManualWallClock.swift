import Glibc
import VoicePipeline

/// A wall clock that stands still until the test moves it. Its local time is UTC plus a fixed offset.
public final class ManualWallClock: WallClock {
    private let seconds: Guarded<Double>
    private let offset: Double

    /// - Parameter hoursEast: local time minus UTC.
    public init(_ local: LocalTime, hoursEast: Double = 0) {
        offset = hoursEast * 3600
        seconds = Guarded(Self.utc(local) - hoursEast * 3600)
    }

    public func now() -> Double { seconds.withLock { $0 } }

    /// Moves on, or back.
    public func advance(by seconds: Double) {
        self.seconds.withLock { $0 += seconds }
    }

    /// Sets it, as a person or a time server does.
    public func set(_ local: LocalTime) {
        seconds.withLock { $0 = Self.utc(local) - offset }
    }

    public func local(_ time: Double) -> LocalTime {
        var moment = time_t((time + offset).rounded(.down))
        var parts = tm()
        gmtime_r(&moment, &parts)
        return LocalTime(
            year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday),
            hour: Int(parts.tm_hour), minute: Int(parts.tm_min), second: Int(parts.tm_sec),
            weekday: Int(parts.tm_wday))
    }

    public func time(of local: LocalTime) -> Double { Self.utc(local) - offset }

    private static func utc(_ local: LocalTime) -> Double {
        var parts = tm()
        parts.tm_year = Int32(clamping: local.year - 1900)
        parts.tm_mon = Int32(clamping: local.month - 1)
        parts.tm_mday = Int32(clamping: local.day)
        parts.tm_hour = Int32(clamping: local.hour)
        parts.tm_min = Int32(clamping: local.minute)
        parts.tm_sec = Int32(clamping: local.second)
        return Double(timegm(&parts))
    }
}
