import Testing
import Transport

@Suite struct BodyClockTests {
    @Test func everyBodyHasItsGrace() {
        var clock = BodyClock(grace: 60_000, rate: 256)
        clock.beginWait(at: 1000)
        #expect(clock.left(at: 1000, received: 0) == 60_000)
        #expect(clock.left(at: 60_999, received: 0) == 1)
        #expect(clock.left(at: 61_000, received: 0) == 0)
        #expect(clock.left(at: 100_000, received: 0) == 0)
    }

    @Test func bytesEarnTime() {
        var clock = BodyClock(grace: 60_000, rate: 256)
        clock.beginWait(at: 0)
        #expect(clock.left(at: 60_000, received: 512) == 2000)
        #expect(clock.left(at: 60_000, received: .max) > 0)
    }

    @Test func dribblerRunsOutOfTimeByteByByte() {
        var clock = BodyClock(grace: 60_000, rate: 256)
        // A byte every 50 seconds.
        clock.beginWait(at: 0)
        clock.endWait(at: 50_000)
        clock.beginWait(at: 50_000)
        #expect(clock.left(at: 50_000, received: 1) == 10_003)
    }

    @Test func timeInWhichTheHandlerDoesNotWaitIsNotTheClients() {
        var clock = BodyClock(grace: 60_000, rate: 256)
        clock.beginWait(at: 0)
        clock.endWait(at: 10_000)
        clock.endWait(at: 20_000)
        #expect(clock.left(at: 500_000, received: 0) == 50_000)
        clock.beginWait(at: 500_000)
        clock.beginWait(at: 510_000)
        #expect(clock.left(at: 520_000, received: 0) == 30_000)
    }
}
