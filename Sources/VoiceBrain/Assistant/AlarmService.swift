import VoicePipeline

/// Announces timers and alarms at the moment they are due.
///
/// What cannot be announced, because nobody is connected, stays in the store and opens the session's next answer.
public struct AlarmService: Service {
    /// Tells a session something.
    /// - Returns: whether it was announced.
    public typealias Announce = @Sendable (_ session: String, _ sentence: String) async -> Bool

    private let clock: any WallClock
    private let timer: any Clock<Duration>
    private let store: any AssistantStore
    private let schedule: AlarmSchedule
    private let log: Log
    private let announce: Announce

    /// The wall clock is read anew at least this often, because it can be set.
    private static let longestSleep = 30.0

    init(
        clock: any WallClock, timer: any Clock<Duration>, store: any AssistantStore, schedule: AlarmSchedule, log: Log,
        announce: @escaping Announce
    ) {
        self.clock = clock
        self.timer = timer
        self.store = store
        self.schedule = schedule
        self.log = log
        self.announce = announce
    }

    public func run() async throws {
        // Alarms up to here were tried.
        var reached = -Double.greatestFiniteMagnitude
        while !Task.isCancelled {
            do {
                let next = try await store.nextAlarms(after: reached)
                guard let due = next.first?.due else {
                    await schedule.changed.wait()
                    reached = min(reached, clock.now())
                    continue
                }
                let left = due - clock.now()
                if left > 0 {
                    await sleep(min(left, Self.longestSleep))
                    // A clock that was set back makes earlier moments lie ahead again.
                    reached = min(reached, clock.now())
                    continue
                }
                reached = due
                for alarm in next { try await tell(alarm) }
            } catch {
                log.error("alarms not kept or not readable", ["reason": .text("\(error)")])
                await sleep(Self.longestSleep)
            }
        }
    }

    private func tell(_ alarm: Alarm) async throws(StorageError) {
        guard try await schedule.claim(alarm, in: store) else { return }
        let sentence = Announcement.sentence(alarm, now: clock.now(), clock: clock)
        guard await announce(alarm.session, sentence) else {
            schedule.release(alarm.id)
            return
        }
        try await schedule.finish(alarm, in: store)
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
