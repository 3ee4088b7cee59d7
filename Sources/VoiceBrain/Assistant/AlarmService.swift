import VoicePipeline

/// Announces timers and alarms at the moment they are due, in the process that their session is connected to.
///
/// What cannot be announced, because nobody is connected, stays in the store; it is announced when the session is opened
/// again, or opens its next answer.
public struct AlarmService: Service {
    /// Tells a session something, and waits until it was heard.
    /// - Returns: false if it must be announced another time.
    public typealias Announce = @Sendable (_ session: String, _ sentence: String) async -> Bool
    /// Whether someone listens in a session now.
    public typealias Listens = @Sendable (_ session: String) async -> Bool

    private let clock: any WallClock
    private let monotonic: any MonotonicClock
    private let timer: any Clock<Duration>
    private let store: any AssistantStore
    private let schedule: AlarmSchedule
    private let pollSeconds: Double
    private let log: Log
    private let listens: Listens
    private let announce: Announce

    /// What is overdue by less is tried at every look: its session may come back, or another process may have died
    /// while it announced it. Older ones wait for their session to be opened.
    private static let retrySeconds = 120.0

    /// - Parameter pollSeconds: how often the clocks and the store are looked at when nothing is due.
    init(
        clock: any WallClock, monotonic: any MonotonicClock, timer: any Clock<Duration>, store: any AssistantStore,
        schedule: AlarmSchedule, pollSeconds: Double, log: Log, listens: @escaping Listens,
        announce: @escaping Announce
    ) {
        self.clock = clock
        self.monotonic = monotonic
        self.timer = timer
        self.store = store
        self.schedule = schedule
        self.pollSeconds = pollSeconds
        self.log = log
        self.listens = listens
        self.announce = announce
    }

    /// Tells that a client has connected to a session: what became due meanwhile is announced to it. Any thread.
    public func sessionOpened(_ session: String) {
        schedule.opened(session)
    }

    public func run() async throws {
        // Announcements that are under way; a session takes few at once.
        await withDiscardingTaskGroup { group in
            var look = AlarmLook()
            while !Task.isCancelled { await sleep(await self.look(&look, &group)) }
        }
    }

    /// Begins to announce what is due.
    /// - Returns: seconds until the next look.
    private func look(_ look: inout AlarmLook, _ group: inout DiscardingTaskGroup) async -> Double {
        do throws(StorageError) {
            try await realignIfNeeded(&look)
            for session in schedule.takeOpened() {
                for alarm in try await store.alarms(of: session) { try await tellIfDue(alarm, &group) }
            }
            let left = try await tellDue(&look, &group)
            look.isFailing = false
            return min(left, pollSeconds)
        } catch {
            // Once, not at every look.
            if !look.isFailing { log.error("alarms not readable", ["reason": .text("\(error)")]) }
            look.isFailing = true
            return pollSeconds
        }
    }

    /// Begins to announce what is due.
    /// - Returns: seconds until the next one is.
    private func tellDue(
        _ look: inout AlarmLook, _ group: inout DiscardingTaskGroup
    ) async throws(StorageError) -> Double {
        look.begin(at: clock.now(), retrySeconds: Self.retrySeconds)
        while !Task.isCancelled {
            let next = try await store.nextAlarms(after: look.reached)
            guard let due = next.first?.due else { return .infinity }
            let now = ClockReading(clock, monotonic)
            // Those of one moment on the wall may differ a little by the monotonic clock.
            let left = next.reduce(due - now.wall) { min($0, $1.left(at: now)) }
            if left > 0 { return left }
            for alarm in next { try await tellIfDue(alarm, &group) }
            look.reached = due
        }
        return 0
    }

    private func tellIfDue(_ alarm: Alarm, _ group: inout DiscardingTaskGroup) async throws(StorageError) {
        guard alarm.left(at: ClockReading(clock, monotonic)) <= 0, await listens(alarm.session),
            try await schedule.claim(alarm, in: store)
        else { return }
        group.addTask { await tell(alarm) }
    }

    /// Announces an alarm that was claimed; it is forgotten once it was heard, and given back otherwise.
    private func tell(_ alarm: Alarm) async {
        let sentence = Announcement.sentence(alarm, now: ClockReading(clock, monotonic), clock: clock)
        guard await announce(alarm.session, sentence) else { return await schedule.release(alarm, in: store) }
        do {
            try await schedule.finish(alarm, in: store)
        } catch {
            log.error("announced alarm not forgotten", ["reason": .text("\(error)")])
        }
    }

    /// Writes the due times anew that a change of the clock made wrong, so that they are right after a restart, too.
    private func realignIfNeeded(_ look: inout AlarmLook) async throws(StorageError) {
        let now = ClockReading(clock, monotonic)
        guard look.wasSet(now) else { return }
        var moved: [Alarm] = []
        var after = -Double.greatestFiniteMagnitude
        while true {
            let next = try await store.nextAlarms(after: after)
            guard let due = next.first?.due else { break }
            moved += next.compactMap { $0.realigned(at: now, calendar: clock) }
            after = due
        }
        for alarm in moved { _ = try await store.moveAlarm(alarm) }
        if !moved.isEmpty { log.info("timers moved with the clock", ["timers": .int(moved.count)]) }
        look.aligned(at: now)
    }

    /// Sleeps so many seconds, less if the alarms change.
    private func sleep(_ seconds: Double) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await timer.sleep(for: .milliseconds(Int64((seconds * 1000).rounded(.up)))) }
            group.addTask { await schedule.changed.wait() }
            await group.next()
            group.cancelAll()
        }
    }
}

/// How far the service has looked.
struct AlarmLook {
    /// Alarms up to here were tried, seconds since 1970.
    var reached = -Double.greatestFiniteMagnitude
    /// Whether the store failed at the last look.
    var isFailing = false
    /// Wall minus monotonic time when the due times were last put right; nil before the first time.
    private var offset: Double?

    /// A clock that was set back makes earlier moments lie ahead again.
    mutating func begin(at wall: Double, retrySeconds: Double) {
        reached = min(reached, wall - retrySeconds)
    }

    /// Whether the clock on the wall was set since the due times were put right, or has drifted.
    func wasSet(_ now: ClockReading) -> Bool {
        guard let offset else { return true }
        return abs(now.wall - now.uptime - offset) > Alarm.tolerance
    }

    mutating func aligned(at now: ClockReading) {
        offset = now.wall - now.uptime
        // What was moved may lie before what was tried.
        reached = -Double.greatestFiniteMagnitude
    }
}
