/// What time people say it is. Durations are measured on `ContinuousClock` instead.
public protocol WallClock: Sendable {
    /// Seconds since 1970-01-01 00:00 UTC.
    func now() -> Double
    /// The local calendar's reading of a moment.
    func local(_ time: Double) -> LocalTime
    /// The moment of a local calendar reading; hours beyond 23 and days beyond the month carry over.
    func time(of local: LocalTime) -> Double
}

/// A local calendar reading.
public struct LocalTime: Equatable, Sendable {
    public var year: Int
    /// 1…12
    public var month: Int
    /// 1…31
    public var day: Int
    /// 0…23
    public var hour: Int
    /// 0…59
    public var minute: Int
    /// 0…60
    public var second: Int
    /// 0 is Sunday; ignored by `WallClock.time(of:)`.
    public var weekday: Int

    public init(
        year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, weekday: Int = 0
    ) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
        self.weekday = weekday
    }
}
