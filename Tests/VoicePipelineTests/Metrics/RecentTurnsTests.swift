import Testing
import VoicePipeline

@Suite struct RecentTurnsTests {
    @Test func hasNothingAtFirst() {
        #expect(RecentTurns().percentiles == nil)
    }

    @Test func givesPercentiles() {
        let turns = RecentTurns()
        for time in (1...100).reversed() { turns.add(Double(time)) }
        #expect(turns.percentiles == RecentTurns.Percentiles(p50: 50, p95: 95, p99: 99))
        turns.add(.nan)
        #expect(turns.count == 100)
    }

    @Test func forgetsTheOldest() {
        let turns = RecentTurns()
        for _ in 0..<RecentTurns.limit { turns.add(1) }
        for _ in 0..<RecentTurns.limit { turns.add(2) }
        #expect(turns.count == RecentTurns.limit)
        #expect(turns.percentiles?.p50 == 2)
    }

    @Test func oneTurnIsEveryPercentile() {
        let turns = RecentTurns()
        turns.add(7)
        #expect(turns.percentiles == RecentTurns.Percentiles(p50: 7, p95: 7, p99: 7))
    }
}
