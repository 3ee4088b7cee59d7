import Synchronization
import Testing
import VoiceBrain
import VoicePipeline
import VoiceTesting

@Suite struct AlarmServiceTests {
    /// A running service and what it announces.
    private final class Running: Sendable {
        let fixture: BrainFixture
        let timer = ManualClock()
        private let announced = BoundedChannel<String>(capacity: 100)
        private let isConnected = Atomic<Bool>(true)

        init(_ fixture: BrainFixture) {
            self.fixture = fixture
        }

        func disconnect() { isConnected.store(false, ordering: .sequentiallyConsistent) }

        var service: AlarmService {
            fixture.brain.alarmService(timer: timer) { session, sentence in
                await self.announced.send("\(session): \(sentence)")
                return self.isConnected.load(ordering: .sequentiallyConsistent)
            }
        }

        func next() async -> String? { await announced.next() }

        /// Moves both clocks.
        func pass(_ seconds: Double) {
            fixture.clock.advance(by: seconds)
            timer.advance(by: .milliseconds(Int64(seconds * 1000)))
        }
    }

    private func run(_ body: @escaping @Sendable (Running) async throws -> Void) async throws {
        let running = Running(try await BrainFixture())
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await running.service.run() }
            try await body(running)
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    @Test func announcesATimerWhenItIsDue() async throws {
        try await run { running in
            _ = try await running.fixture.say("Set a tea timer for 20 seconds.")
            await running.timer.sleepsBegun(atLeast: 1)
            running.pass(20)
            #expect(await running.next() == "s: Your tea timer is done.")
            // Once: the next answer says nothing of it.
            #expect(try await running.fixture.say("What's 1 plus 1?") == "1 plus 1 is 2.")
        }
    }

    @Test func anEarlierTimerWakesIt() async throws {
        try await run { running in
            _ = try await running.fixture.say("Set a timer for 29 seconds.")
            await running.timer.sleepsBegun(atLeast: 1)
            _ = try await running.fixture.say("Set a tea timer for 10 seconds.", session: "t")
            await running.timer.sleepsBegun(atLeast: 2)
            running.pass(10)
            #expect(await running.next() == "t: Your tea timer is done.")
            await running.timer.sleepsBegun(atLeast: 3)
            running.pass(19)
            #expect(await running.next() == "s: Your 29 second timer is done.")
        }
    }

    @Test func timersOfTheSameMomentAreAllAnnounced() async throws {
        try await run { running in
            for session in ["a", "b", "c"] {
                _ = try await running.fixture.say("Set a timer for 5 seconds.", session: session)
            }
            await running.timer.sleepsBegun(atLeast: 1)
            running.pass(5)
            var heard: Set<String> = []
            for _ in 0..<3 { heard.insert(await running.next() ?? "") }
            #expect(heard == ["a", "b", "c"].reduce(into: []) { $0.insert("\($1): Your 5 second timer is done.") })
        }
    }

    @Test func whatNobodyHearsOpensTheNextAnswer() async throws {
        try await run { running in
            running.disconnect()
            _ = try await running.fixture.say("Set a tea timer for 20 seconds.")
            await running.timer.sleepsBegun(atLeast: 1)
            running.pass(20)
            #expect(await running.next() == "s: Your tea timer is done.")
            // A later timer shows that the service has gone on, and does not try the first again.
            _ = try await running.fixture.say("Set a timer for 5 seconds.", session: "t")
            await running.timer.sleepsBegun(atLeast: 2)
            running.pass(5)
            #expect(await running.next() == "t: Your 5 second timer is done.")
            #expect(try await running.fixture.say("What's 1 plus 1?") == "Your tea timer is done. 1 plus 1 is 2.")
        }
    }

    @Test func longWaitsAreCutSoThatAChangedClockCounts() async throws {
        try await run { running in
            _ = try await running.fixture.say("Set a timer for 10 hours.")
            await running.timer.sleepsBegun(atLeast: 1)
            // The clock is set forward; half a minute later the service knows.
            running.fixture.clock.advance(by: 36_000)
            running.timer.advance(by: .seconds(30))
            #expect(await running.next() == "s: Your 10 hour timer is done.")
        }
    }

    @Test func aClockThatIsSetBackLosesNoTimer() async throws {
        try await run { running in
            _ = try await running.fixture.say("Set a timer for 5 seconds.")
            await running.timer.sleepsBegun(atLeast: 1)
            running.pass(5)
            #expect(await running.next() == "s: Your 5 second timer is done.")
            running.fixture.clock.advance(by: -86_400)
            _ = try await running.fixture.say("Set a timer for 6 seconds.")
            await running.timer.sleepsBegun(atLeast: 2)
            running.pass(6)
            #expect(await running.next() == "s: Your 6 second timer is done.")
        }
    }

    @Test func canceledTimersStaySilent() async throws {
        try await run { running in
            _ = try await running.fixture.say("Set a tea timer for 10 seconds.")
            _ = try await running.fixture.say("Set an egg timer for 12 seconds.")
            _ = try await running.fixture.say("Cancel the tea timer.")
            await running.timer.sleepsBegun(atLeast: 1)
            running.pass(12)
            #expect(await running.next() == "s: Your egg timer is done.")
        }
    }

    @Test func whatCameDueWhileItWasOffIsAnnouncedAtTheStart() async throws {
        let fixture = try await BrainFixture()
        _ = try await fixture.say("Set a timer for 5 minutes.")
        fixture.clock.advance(by: 3600)
        let running = Running(fixture)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await running.service.run() }
            #expect(await running.next() == "s: Your 5 minute timer went off 55 minutes ago.")
            group.cancelAll()
            try await group.waitForAll()
        }
    }
}
