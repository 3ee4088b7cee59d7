import Testing
import Transport

@Suite struct LingerClockTests {
    private func clock() -> LingerClock { LingerClock(stall: 2000, farewell: 300, at: 1000) }

    @Test func everyBitThatIsTakenGivesTheWholeTimeAnew() {
        var clock = clock()
        var now: UInt64 = 1000
        for _ in 0..<100 {
            now += 1999
            #expect(clock.verdict(hasProgressed: true, isDelivered: false, at: now) == .wait(500))
        }
        #expect(clock.verdict(hasProgressed: false, isDelivered: false, at: now + 1999) == .wait(1))
        #expect(clock.verdict(hasProgressed: false, isDelivered: false, at: now + 2000) == .over)
    }

    @Test func peerThatTakesNothingIsOver() {
        var clock = clock()
        #expect(clock.verdict(hasProgressed: false, isDelivered: false, at: 1000) == .wait(500))
        #expect(clock.verdict(hasProgressed: false, isDelivered: false, at: 2800) == .wait(200))
        #expect(clock.verdict(hasProgressed: false, isDelivered: false, at: 3000) == .over)
    }

    @Test func peerThatHasEverythingGetsTheFarewellOnce() {
        var clock = clock()
        #expect(clock.verdict(hasProgressed: true, isDelivered: false, at: 2500) == .wait(500))
        #expect(clock.verdict(hasProgressed: false, isDelivered: true, at: 2900) == .wait(300))
        // The end of the stream is one more byte to be confirmed.
        #expect(clock.verdict(hasProgressed: false, isDelivered: false, at: 3000) == .wait(200))
        #expect(clock.verdict(hasProgressed: false, isDelivered: true, at: 3199) == .wait(1))
        #expect(clock.verdict(hasProgressed: false, isDelivered: true, at: 3200) == .over)
    }

    @Test func clockThatStandsStillIsNoHarm() {
        var clock = clock()
        #expect(clock.verdict(hasProgressed: false, isDelivered: true, at: 0) == .wait(300))
        #expect(clock.verdict(hasProgressed: true, isDelivered: true, at: UInt64.max) == .wait(300))
    }
}
