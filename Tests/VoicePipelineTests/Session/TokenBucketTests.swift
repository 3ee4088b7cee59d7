import Testing
import VoicePipeline

@Suite struct TokenBucketTests {
    @Test func givesAMinutesWorthThenASteadyRate() {
        var bucket = TokenBucket(perMinute: 30, now: .zero)
        for _ in 0..<30 {
            #expect(bucket.wait(now: .zero) == .zero)
            bucket.take(now: .zero)
        }
        #expect(bucket.wait(now: .zero) == .seconds(2))
        #expect(bucket.wait(now: .milliseconds(500)) == .milliseconds(1500))
        #expect(bucket.wait(now: .seconds(2)) == .zero)
        bucket.take(now: .seconds(2))
        #expect(bucket.wait(now: .seconds(2)) == .seconds(2))
        #expect(bucket.isFull(now: .seconds(61)) == false)
        #expect(bucket.isFull(now: .seconds(62)))
    }

    @Test(arguments: [1, 7, 30, 59, 61, 6000])
    func waitingAsToldIsEnough(perMinute: Int) {
        var bucket = TokenBucket(perMinute: perMinute, now: .seconds(5))
        var now = Duration.seconds(5)
        for _ in 0..<(perMinute * 2) {
            now += bucket.wait(now: now)
            #expect(bucket.wait(now: now) == .zero)
            bucket.take(now: now)
        }
        // A minute's worth at once, the other one in a minute, give or take the rounding to milliseconds.
        #expect(now - .seconds(5) >= .seconds(60) - .milliseconds(60_000 / perMinute))
        #expect(now - .seconds(5) <= .seconds(60) + .milliseconds(perMinute))
    }

    @Test func aClockThatGoesBackGivesNothing() {
        var bucket = TokenBucket(perMinute: 1, now: .seconds(100))
        bucket.take(now: .seconds(100))
        #expect(bucket.wait(now: .seconds(10)) == .seconds(60))
        #expect(bucket.wait(now: .seconds(160)) == .zero)
    }

    @Test func fewerThanAMinutesWorthMayComeAtOnce() {
        var bucket = TokenBucket(perMinute: 60, atOnce: 2, now: .zero)
        for _ in 0..<2 { bucket.take(now: .zero) }
        #expect(bucket.wait(now: .zero) == .seconds(1))
        #expect(bucket.isFull(now: .seconds(2)))
        bucket.take(2, now: .seconds(100))
        #expect(bucket.wait(now: .seconds(100)) == .seconds(1))
    }

    @Test func whatIsTakenBeforeItIsThereIsOwed() {
        var bucket = TokenBucket(perMinute: 60, now: .zero)
        bucket.take(90, now: .zero)
        #expect(bucket.wait(now: .zero) == .seconds(31))
        #expect(bucket.wait(now: .seconds(31)) == .zero)
        bucket.take(0.25, now: .seconds(31))
        #expect(bucket.wait(now: .seconds(31)) == .milliseconds(250))
        // It is never more than the last thing that was taken.
        bucket.take(5, now: .seconds(31))
        bucket.take(5, now: .seconds(31))
        #expect(bucket.wait(now: .seconds(31)) == .seconds(5))
    }

    @Test func nonsenseIsOneAMinute() {
        #expect(TokenBucket(perMinute: -3, now: .zero).perMinute == 1)
    }
}

@Suite struct RequestIDTests {
    @Test func takesOnlyProperNames() {
        for good in ["a", "A-Z_09", String(repeating: "x", count: 64)] { #expect(RequestID.accepted(good) == good) }
        for bad in [nil, "", String(repeating: "x", count: 65), "a b", "a\n", "é", "a;b", "\u{0}"] {
            #expect(RequestID.accepted(bad) == nil)
        }
    }

    @Test func makesNamesThatDiffer() {
        let names = (0..<1000).map { _ in RequestID.random() }
        #expect(Set(names).count == 1000)
        #expect(names.allSatisfy { $0.count == 8 && RequestID.accepted($0) == $0 })
    }
}
