import VoicePipeline

/// The timers and alarms of one session, as the skills see them.
struct AlarmBook {
    let context: SkillContext
    let kind: Alarm.Kind

    /// Timers and alarms of a session at most, so that nobody fills the store.
    static let maximumCount = 50
    /// Characters of a label at most.
    static let maximumLabel = 200
    /// Furthest in the future, seconds.
    static let maximumSpan = 366.0 * 86_400

    /// Those that are not due yet, earliest first.
    func all() async throws(StorageError) -> [Alarm] {
        try await context.store.alarms(of: context.session).filter { $0.kind == kind }
    }

    /// Seconds until it is due, at least 0.
    func left(of alarm: Alarm) -> Double { max(0, alarm.left(at: context.now.reading)) }

    /// - Parameters:
    ///   - due: seconds since 1970.
    ///   - basis: whether so long from now was said, or a time of day.
    /// - Returns: false when there are too many already.
    func add(due: Double, label: String, basis: Alarm.Basis) async throws(StorageError) -> Bool {
        guard try await context.store.alarms(of: context.session).count < Self.maximumCount else { return false }
        let now = context.now.reading
        let alarm = Alarm(
            id: Self.newID(), session: context.session, kind: kind, label: String(label.prefix(Self.maximumLabel)),
            created: now.wall, due: due, basis: basis,
            mark: now.boot.isEmpty ? nil : Alarm.Mark(boot: now.boot, due: now.uptime + (due - now.wall)))
        try await context.store.add(alarm)
        context.alarmsChanged()
        return true
    }

    func remove(_ alarms: [Alarm]) async throws(StorageError) {
        for alarm in alarms { _ = try await context.store.removeAlarm(alarm.id) }
        context.alarmsChanged()
    }

    /// 128 random bits.
    static func newID() -> String {
        let bits = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))
        return String(bits.0, radix: 36) + "-" + String(bits.1, radix: 36)
    }
}

/// Which timers or alarms are meant.
enum AlarmSelector: Equatable, Sendable {
    /// The only one; a question back if there are several.
    case any
    case all
    case label(String)
    /// Timers of this length, seconds.
    case length(Double)
    /// Alarms at this time of day.
    case time(TimeOfDay)
    /// By the order of being due, from 1; -1 is the last.
    case position(Int)

    func picks(from alarms: [Alarm], _ clock: any WallClock) -> [Alarm] {
        switch self {
        case .any, .all: return alarms
        case .label(let label):
            let wanted = label.lowercased()
            let exact = alarms.filter { $0.label.lowercased() == wanted }
            return exact.isEmpty ? alarms.filter { $0.label.lowercased().contains(wanted) } : exact
        case .length(let seconds): return alarms.filter { abs($0.due - $0.created - seconds) < 1 }
        case .time(let time):
            return alarms.filter {
                let local = clock.local($0.due)
                let hourFits = time.isAmbiguous ? local.hour % 12 == time.hour % 12 : local.hour == time.hour
                return hourFits && local.minute == time.minute
            }
        case .position(let position):
            let index = position < 0 ? alarms.count - 1 : position - 1
            return alarms.indices.contains(index) ? [alarms[index]] : []
        }
    }
}
