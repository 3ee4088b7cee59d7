import Glibc

/// Time since the machine started: runs evenly, through sleep too, and nobody can set it.
public protocol MonotonicClock: Sendable {
    /// Seconds since the machine started, time asleep included.
    func uptime() -> Double
    /// Names this run of the machine, so that an uptime of an earlier run is not taken for one of this; empty when
    /// unknown.
    var boot: String { get }
}

/// The kernel's `CLOCK_BOOTTIME`, and the id that it gives each of its starts.
public struct SystemMonotonicClock: MonotonicClock {
    public let boot: String

    public init() {
        boot = Self.bootID()
    }

    public func uptime() -> Double {
        var spec = timespec()
        clock_gettime(CLOCK_BOOTTIME, &spec)
        return Double(spec.tv_sec) + Double(spec.tv_nsec) / 1e9
    }

    private static func bootID() -> String {
        let descriptor = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(descriptor, &bytes, bytes.count)
        guard count > 0 else { return "" }
        return String(decoding: bytes[..<count].prefix { $0 > 0x20 }, as: UTF8.self)
    }
}

/// What the machine's clocks said at one moment.
public struct ClockReading: Equatable, Sendable {
    /// Seconds since 1970, as far as the machine knows.
    public var wall: Double
    /// Seconds since the machine started.
    public var uptime: Double
    /// Which run of the machine `uptime` counts from; empty when unknown.
    public var boot: String

    public init(wall: Double, uptime: Double = 0, boot: String = "") {
        self.wall = wall
        self.uptime = uptime
        self.boot = boot
    }

    public init(_ wall: any WallClock, _ monotonic: any MonotonicClock) {
        self.init(wall: wall.now(), uptime: monotonic.uptime(), boot: monotonic.boot)
    }
}
