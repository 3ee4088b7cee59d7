import Testing
import VoicePipeline

@Suite struct LogThrottleTests {
    private func record(_ message: String, _ level: Log.Level = .warning) -> Log.Record {
        Log.Record(level: level, message: message)
    }

    @Test func holdsAFloodBackAndSaysHowMuch() {
        var throttle = LogThrottle()
        let written = (0..<263).count { _ in throttle.admits(record("refused"), now: 5) }
        #expect(written == 20)
        #expect(throttle.owesSummary)
        let early = throttle.summaries(now: 14.9)
        #expect(early.isEmpty)
        let summaries = throttle.summaries(now: 15)
        #expect(summaries.map(\.message) == ["… and 243 more like “refused” in 10 s"])
        #expect(summaries.first?.level == .warning)
        #expect(!throttle.owesSummary)
    }

    @Test func aNewWindowBeginsAnew() {
        var throttle = LogThrottle()
        for _ in 0..<30 { _ = throttle.admits(record("refused"), now: 0) }
        let before = throttle.admits(record("refused"), now: 9)
        let told = throttle.summaries(now: 10).count
        let after = throttle.admits(record("refused"), now: 10)
        #expect((before, told, after) == (false, 1, true))
    }

    @Test func kindsDoNotHoldEachOtherBack() {
        var throttle = LogThrottle()
        for _ in 0..<30 { _ = throttle.admits(record("refused"), now: 0) }
        let other = throttle.admits(record("other"), now: 0)
        #expect(other)
        let summaries = throttle.summaries(now: 10)
        #expect(summaries.count == 1)
    }

    @Test func kindsAreBounded() {
        var throttle = LogThrottle()
        let written = (0..<100_000).count { throttle.admits(record("kind \($0)"), now: 0) }
        #expect(written == LogThrottle.kinds + 20)
        let summaries = throttle.summaries(now: 10).map(\.message)
        #expect(summaries == ["… and 99852 more like “others” in 10 s"])
    }

    @Test(arguments: [(Log.Level.debug, 10_000), (.info, 500), (.warning, 20), (.error, 20)])
    func whatIsAskedForIsWritten(_ level: Log.Level, _ expected: Int) {
        var throttle = LogThrottle()
        let written = (0..<10_000).count { _ in throttle.admits(record("same", level), now: 0) }
        #expect(written == expected)
    }
}
