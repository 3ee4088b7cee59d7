import Testing
import VoiceServer

@Suite struct AttemptLimiterTests {
    private func guess(_ number: Int) -> [UInt8] {
        [UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number >> 8)]
    }

    @Test func tenWrongKeysThenAWait() {
        var limiter = AttemptLimiter(perMinute: 10)
        for number in 0..<10 {
            #expect(limiter.wait("192.0.2.7", now: 100) == nil)
            limiter.failed("192.0.2.7", hash: guess(number), now: 100)
        }
        #expect(limiter.wait("192.0.2.7", now: 100) == 6)
        #expect(limiter.wait("192.0.2.8", now: 100) == nil)
        #expect(limiter.wait("192.0.2.7", now: 103) == 3)
        #expect(limiter.wait("192.0.2.7", now: 106) == nil)
        limiter.failed("192.0.2.7", hash: guess(11), now: 106)
        #expect(limiter.wait("192.0.2.7", now: 106) == 6)
        #expect(limiter.wait("192.0.2.7", now: 106 + 60) == nil)
    }

    @Test func theSameWrongKeyIsChargedOnce() {
        var limiter = AttemptLimiter(perMinute: 2)
        limiter.failed("a", hash: guess(1), now: 0)
        for _ in 0..<100 {
            let isCharged = limiter.failed("a", hash: guess(1), now: 0)
            #expect(!isCharged)
        }
        #expect(limiter.wait("a", now: 0) == nil)
        limiter.failed("a", hash: guess(2), now: 0)
        #expect(limiter.wait("a", now: 0) == 30)
    }

    @Test func aWholeNetworkOfVersion6IsOneAddress() {
        var limiter = AttemptLimiter(perMinute: 3)
        for number in 0..<3 { limiter.failed("2001:db8::\(number + 1)", hash: guess(number), now: 0) }
        #expect(limiter.wait("2001:db8::ffff", now: 0) != nil)
        #expect(limiter.wait("2001:db8:0:1::1", now: 0) == nil)
    }

    @Test func forgivesWhatWasRightAfterAll() {
        var limiter = AttemptLimiter(perMinute: 1)
        limiter.failed("a", hash: guess(1), now: 0)
        limiter.forgive("a")
        #expect(limiter.wait("a", now: 0) == nil)
        #expect(limiter.count == 0)
        limiter.forgive("nobody")
    }

    @Test func remembersABoundedNumberAndTheWorstLongest() {
        var limiter = AttemptLimiter(perMinute: 10, capacity: 50)
        for number in 0..<10 { limiter.failed("10.0.0.1", hash: guess(number), now: 0) }
        for number in 0..<500 { limiter.failed("10.1.\(number / 250).\(number % 250)", hash: guess(number), now: 1) }
        #expect(limiter.count == 50)
        #expect(limiter.wait("10.0.0.1", now: 1) != nil)
        // Who waited long enough makes room.
        limiter.failed("10.9.9.9", hash: guess(1), now: 100)
        #expect(limiter.count == 1)
    }

    @Test func aClockThatStepsBackForgivesNothing() {
        var limiter = AttemptLimiter(perMinute: 1)
        limiter.failed("a", hash: guess(1), now: 1000)
        #expect(limiter.wait("a", now: 0) == 60)
    }
}
