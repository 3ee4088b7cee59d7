/// A timer (so long from now) or an alarm (at a time of day).
public struct Alarm: Equatable, Sendable {
    public enum Kind: String, Sendable { case timer, alarm }

    /// What decides when it is due.
    public enum Basis: String, Sendable {
        /// So much time has passed, whatever the clock on the wall was set to meanwhile.
        case elapsed
        /// The clock on the wall says so.
        case calendar
    }

    /// Where `due` lay on the monotonic clock when it was set.
    public struct Mark: Equatable, Sendable {
        /// The run of the machine in which it was set.
        public var boot: String
        /// Seconds since the machine started.
        public var due: Double

        public init(boot: String, due: Double) {
            self.boot = boot
            self.due = due
        }
    }

    /// Unique.
    public var id: String
    public var session: String
    public var kind: Kind
    /// What the user calls it, such as "pasta"; may be empty.
    public var label: String
    /// When it was set and when it is due, seconds since 1970.
    public var created: Double
    public var due: Double
    public var basis: Basis
    /// nil when the machine could not say.
    public var mark: Mark?

    /// - Parameter basis: nil takes what goes with the kind.
    public init(
        id: String, session: String, kind: Kind, label: String, created: Double, due: Double, basis: Basis? = nil,
        mark: Mark? = nil
    ) {
        self.id = id
        self.session = session
        self.kind = kind
        self.label = label
        self.created = created
        self.due = due
        self.basis = basis ?? (kind == .timer ? .elapsed : .calendar)
        self.mark = mark
    }

    /// Seconds until it is due; 0 or less when it is.
    ///
    /// What counts elapsed time is read off the monotonic clock as long as the machine runs that it was set on, so that a
    /// clock that is set moves no timer. After a restart only the clock on the wall is left.
    public func left(at now: ClockReading) -> Double {
        guard basis == .elapsed, let mark, mark.boot == now.boot else { return due - now.wall }
        return mark.due - now.uptime
    }
}
