import Testing
import VoiceServer

@Suite struct SessionSeatsTests {
    @Test func theNewestOwnsAndBeginsWhenTheOldHasLeft() {
        var seats = SessionSeats()
        let first = seats.enter(1, session: "s")
        #expect(first == (nil, true))
        #expect(seats.admitted("s") == 1)
        let second = seats.enter(2, session: "s")
        #expect(second == (1, false))
        #expect(seats.admitted("s") == nil)
        let admitted = seats.leave(1, session: "s")
        #expect(admitted == 2)
        #expect(seats.admitted("s") == 2)
        let last = seats.leave(2, session: "s")
        #expect(last == nil)
        #expect(seats.count == 0)
    }

    @Test func whoWaitsCanBeTakenOverToo() {
        var seats = SessionSeats()
        _ = seats.enter(1, session: "s")
        _ = seats.enter(2, session: "s")
        let third = seats.enter(3, session: "s")
        #expect(third == (2, false))
        // Two leaves without having run: nobody may begin yet.
        let early = seats.leave(2, session: "s")
        #expect(early == nil)
        let admitted = seats.leave(1, session: "s")
        #expect(admitted == 3)
    }

    @Test func whoWaitsMayGiveUp() {
        var seats = SessionSeats()
        _ = seats.enter(1, session: "s")
        _ = seats.enter(2, session: "s")
        _ = seats.leave(2, session: "s")
        let admitted = seats.leave(1, session: "s")
        #expect(admitted == nil)
        #expect(seats.count == 0)
    }

    @Test func sessionsAreApart() {
        var seats = SessionSeats()
        _ = seats.enter(1, session: "a")
        let other = seats.enter(2, session: "b")
        #expect(other == (nil, true))
    }

    /// Whatever comes in whatever order: one runs at a time, and the newest gets its turn in the end.
    @Test(arguments: 0..<50)
    func invariantsHold(seed: Int) {
        var seats = SessionSeats()
        var random = seed &* 2_654_435_761 &+ 12_345
        func next(_ bound: Int) -> Int {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(UInt(bitPattern: random) >> 33) % bound
        }
        var present: [Int] = []
        var running: Int?
        for ticket in 1...60 {
            if present.isEmpty || next(3) > 0 {
                let before = present.last
                let (evicted, isAdmitted) = seats.enter(ticket, session: "s")
                present.append(ticket)
                #expect(evicted == nil || evicted == before)
                #expect(isAdmitted == (running == nil))
                if isAdmitted { running = ticket }
            } else {
                let leaving = present.remove(at: next(present.count))
                let admitted = seats.leave(leaving, session: "s")
                if leaving == running { running = admitted } else { #expect(admitted == nil) }
            }
        }
        for ticket in present {
            let admitted = seats.leave(ticket, session: "s")
            if ticket == running { running = admitted }
        }
        #expect(running == nil)
        #expect(seats.count == 0)
    }
}

@Suite struct SessionIdlenessTests {
    @Test func onlyAnUnbrokenSilenceCounts() {
        var idleness = SessionIdleness()
        var looks = [Bool](repeating: false, count: 0)
        for _ in 0..<8 { looks.append(idleness.look(activity: 5, isResting: true)) }
        #expect(!looks.contains(true))
        let ninth = idleness.look(activity: 5, isResting: true)
        #expect(ninth)
        var busy = SessionIdleness()
        for number in 0..<100 {
            let isIdle = busy.look(activity: number / 7, isResting: true)
            #expect(!isIdle)
        }
        var working = SessionIdleness()
        for _ in 0..<100 {
            let isIdle = working.look(activity: 1, isResting: false)
            #expect(!isIdle)
        }
    }
}

@Suite struct TurnLimiterTests {
    @Test func limitsASessionAndSaysWhen() {
        var limiter = TurnLimiter(perSession: 3, perAddress: 100)
        let asked = (0..<4).map { _ in limiter.admit(session: "a", address: "x", now: .zero) }
        #expect(asked == [nil, nil, nil, 20])
        let soon = limiter.admit(session: "a", address: "x", now: .milliseconds(19_400))
        #expect(soon == 1)
        let then = limiter.admit(session: "a", address: "x", now: .seconds(20))
        #expect(then == nil)
        let other = limiter.admit(session: "b", address: "x", now: .zero)
        #expect(other == nil)
    }

    @Test func limitsAnAddressWhateverItsSessions() {
        var limiter = TurnLimiter(perSession: 100, perAddress: 3)
        let asked = (0..<5).map { limiter.admit(session: "s\($0)", address: "x", now: .zero) }
        #expect(asked == [nil, nil, nil, 20, 20])
        let other = limiter.admit(session: "s0", address: "y", now: .zero)
        #expect(other == nil)
    }

    @Test func whatIsRefusedCostsNothing() {
        var limiter = TurnLimiter(perSession: 1, perAddress: 2)
        _ = limiter.admit(session: "a", address: "x", now: .zero)
        for _ in 0..<10 { _ = limiter.admit(session: "a", address: "x", now: .zero) }
        let other = limiter.admit(session: "b", address: "x", now: .zero)
        #expect(other == nil)
    }

    @Test func manyNamesDoNotFreeWhoIsLimited() {
        var limiter = TurnLimiter(perSession: 1, perAddress: 1_000_000)
        var now = Duration.zero
        _ = limiter.admit(session: "greedy", address: "x", now: now)
        // Half the table's worth of other sessions within its minute.
        for number in 0..<2_000 {
            now += .milliseconds(1)
            _ = limiter.admit(session: "s\(number)", address: "x", now: now)
        }
        let again = limiter.admit(session: "greedy", address: "x", now: now)
        #expect(again != nil)
    }
}
