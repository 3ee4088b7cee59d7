import Glibc
import VoicePipeline

/// The clocks of a machine in which no time passes but what the test lets pass. Its local time is UTC plus a fixed
/// offset.
public final class ManualWallClock: WallClock, MonotonicClock {
    private struct State {
        var wall: Double
        var uptime = 1000.0
        var boots = 1
    }
    private let state: Guarded<State>
    private let offset: Double

    /// - Parameter hoursEast: local time minus UTC.
    public init(_ local: LocalTime, hoursEast: Double = 0) {
        offset = hoursEast * 3600
        state = Guarded(State(wall: Self.utc(local) - hoursEast * 3600))
    }

    public func now() -> Double { state.withLock { $0.wall } }
    public func uptime() -> Double { state.withLock { $0.uptime } }
    public var boot: String { state.withLock { "boot-\($0.boots)" } }

    /// Lets time pass.
    public func advance(by seconds: Double) {
        state.withLock { state in
            state.wall += seconds
            state.uptime += seconds
        }
    }

    /// Sets the clock on the wall on, or back, as a person or a time server does; no time passes.
    public func step(by seconds: Double) {
        state.withLock { $0.wall += seconds }
    }

    /// Sets the clock on the wall; no time passes.
    public func set(_ local: LocalTime) {
        state.withLock { $0.wall = Self.utc(local) - offset }
    }

    /// Starts the machine anew, so many seconds after it stopped.
    /// - Parameter wall: what the clock on the wall says then; nil when it went on.
    public func reboot(after seconds: Double = 30, wall: LocalTime? = nil) {
        state.withLock { state in
            state.boots += 1
            state.uptime = 5
            state.wall = wall.map { Self.utc($0) - offset } ?? state.wall + seconds
        }
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
