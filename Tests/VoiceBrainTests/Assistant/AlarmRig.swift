import Synchronization
import VoiceBrain
import VoicePipeline
import VoiceTesting

/// A running alarm service and what it announces.
final class AlarmRig: Sendable {
    let fixture: BrainFixture
    let timer = ManualClock()
    let service: AlarmService
    private let announced: BoundedChannel<String>
    private let connected: Connected

    private final class Connected: Sendable {
        let all = Atomic<Bool>(true)
    }

    /// - Parameters:
    ///   - pollSeconds: how often it looks.
    ///   - takes: whether an announcement succeeds.
    init(_ fixture: BrainFixture, pollSeconds: Double = 30, takes: @escaping @Sendable () async -> Bool = { true }) {
        self.fixture = fixture
        let announced = BoundedChannel<String>(capacity: 100)
        let connected = Connected()
        self.announced = announced
        self.connected = connected
        service = fixture.brain.alarmService(
            timer: timer, pollSeconds: pollSeconds,
            listens: { _ in connected.all.load(ordering: .sequentiallyConsistent) },
            announce: { session, sentence in
                await announced.send("\(session): \(sentence)")
                return await takes()
            })
    }

    func disconnect() { connected.all.store(false, ordering: .sequentiallyConsistent) }
    func connect() { connected.all.store(true, ordering: .sequentiallyConsistent) }

    /// No more announcements will come.
    func finish() { announced.finish() }

    /// The next announcement.
    func next() async -> String? { await announced.next() }

    /// Says something that changes the alarms, and waits until the service has seen it and sleeps again.
    @discardableResult
    func say(_ words: String, session: String = "s") async throws -> String {
        let before = timer.sleepsBegun
        let answer = try await fixture.say(words, session: session)
        await timer.sleepsBegun(atLeast: before + 1)
        return answer
    }

    /// Lets time pass, more than the service sleeps, and waits until it has looked and sleeps again.
    func pass(_ seconds: Double) async {
        fixture.clock.advance(by: seconds)
        await look(after: seconds)
    }

    /// Ends the service's sleep without moving the clocks, and waits until it has looked and sleeps again.
    func look(after seconds: Double = 3600) async {
        let before = timer.sleepsBegun
        timer.advance(by: .milliseconds(Int64((seconds * 1000).rounded(.up))))
        await timer.sleepsBegun(atLeast: before + 1)
    }

    /// Waits until no announcement is under way.
    func settled(session: String = "s") async throws {
        for alarm in try await fixture.store.alarms(of: session) {
            while try await !fixture.store.claimAlarm(alarm.id, as: "test", for: 20) {
                if try await fixture.store.alarms(of: session).isEmpty { return }
                await Task.yield()
            }
            try await fixture.store.releaseAlarm(alarm.id, claimedAs: "test")
        }
    }

    /// Runs the service while `body` runs, which begins when the service has looked once and sleeps.
    func run(_ body: @Sendable (AlarmRig) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.service.run() }
            await timer.sleepsBegun(atLeast: 1)
            try await body(self)
            group.cancelAll()
            try await group.waitForAll()
        }
    }
}
