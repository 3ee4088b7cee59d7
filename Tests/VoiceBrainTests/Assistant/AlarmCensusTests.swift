import Testing
import VoiceBrain
import VoicePipeline
import VoiceTesting

@Suite struct AlarmCensusTests {
    @Test func countsTheTimersOfAllSessionsNowAndThen() async throws {
        let fixture = try await BrainFixture()
        let clock = ManualClock()
        let counts = Counts()
        let census = AlarmCensus(store: fixture.store, clock: clock, found: counts.add)
        let running = Task { try await census.run() }
        await clock.sleepsBegun(atLeast: 1)
        for (index, session) in ["a", "a", "b"].enumerated() {
            _ = try await fixture.say("Set a timer for \(index + 5) minutes.", session: session)
        }
        clock.advance(by: .seconds(30))
        await clock.sleepsBegun(atLeast: 2)
        #expect(counts.all == [0, 3])
        running.cancel()
        _ = await running.result
    }
}

private final class Counts: Sendable {
    private let counts = Guarded<[Int]>([])
    var all: [Int] { counts.withLock { $0 } }
    func add(_ count: Int) { counts.withLock { $0.append(count) } }
}
