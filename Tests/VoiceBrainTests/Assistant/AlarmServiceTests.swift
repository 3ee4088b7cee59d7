import Testing
import VoiceBrain
import VoicePipeline
import VoiceTesting

@Suite struct AlarmServiceTests {
    private func run(_ body: @Sendable (AlarmRig) async throws -> Void) async throws {
        try await AlarmRig(try await BrainFixture()).run(body)
    }

    @Test func announcesATimerWhenItIsDue() async throws {
        try await run { rig in
            try await rig.say("Set a tea timer for 20 seconds.")
            await rig.pass(20)
            #expect(await rig.next() == "s: Your tea timer is done.")
            // Once: the next answer says nothing of it.
            #expect(try await rig.fixture.say("What's 1 plus 1?") == "1 plus 1 is 2.")
        }
    }

    @Test func anEarlierTimerWakesIt() async throws {
        try await run { rig in
            try await rig.say("Set a timer for 29 seconds.")
            try await rig.say("Set a tea timer for 10 seconds.", session: "t")
            await rig.pass(10)
            #expect(await rig.next() == "t: Your tea timer is done.")
            await rig.pass(19)
            #expect(await rig.next() == "s: Your 29 second timer is done.")
        }
    }

    @Test func timersOfTheSameMomentAreAllAnnounced() async throws {
        try await run { rig in
            for session in ["a", "b", "c"] { try await rig.say("Set a timer for 5 seconds.", session: session) }
            await rig.pass(5)
            var heard: Set<String> = []
            for _ in 0..<3 { heard.insert(await rig.next() ?? "") }
            #expect(heard == ["a", "b", "c"].reduce(into: []) { $0.insert("\($1): Your 5 second timer is done.") })
        }
    }

    @Test func whatNobodyHearsOpensTheNextAnswer() async throws {
        try await run { rig in
            rig.disconnect()
            try await rig.say("Set a tea timer for 20 seconds.")
            await rig.pass(20)
            await rig.pass(30)
            #expect(try await rig.fixture.say("What's 1 plus 1?") == "Your tea timer is done. 1 plus 1 is 2.")
            rig.connect()
            await rig.pass(30)
            try await rig.say("Set a timer for 5 seconds.")
            await rig.pass(5)
            #expect(await rig.next() == "s: Your 5 second timer is done.")
        }
    }

    @Test func whatNobodyHeardIsSaidWhenTheSessionIsOpened() async throws {
        try await run { rig in
            rig.disconnect()
            try await rig.say("Set a tea timer for 20 seconds.")
            await rig.pass(3600)
            rig.connect()
            rig.service.sessionOpened("other")
            rig.service.sessionOpened("s")
            #expect(await rig.next() == "s: Your tea timer went off 59 minutes ago.")
        }
    }

    /// The connection may break just then; the client comes back without the service being told.
    @Test func anAnnouncementThatFailsIsTriedAgain() async throws {
        let attempts = Attempts()
        let rig = AlarmRig(try await BrainFixture()) { attempts.next() >= 3 }
        try await rig.run { (rig) async throws in
            try await rig.say("Set a tea timer for 20 seconds.")
            for seconds in [20.0, 30, 30] {
                await rig.pass(seconds)
                #expect(await rig.next() == "s: Your tea timer is done.")
                try await rig.settled()
            }
            await rig.pass(30)
            #expect(attempts.count == 3)
            #expect(try await rig.fixture.store.alarms(of: "s").isEmpty)
        }
    }

    /// The client comes back while nobody knows yet that the connection before heard nothing.
    @Test func aSessionThatIsOpenedWhileItsAnnouncementIsLostGetsIt() async throws {
        let attempts = Attempts()
        let returned = Latch()
        let rig = AlarmRig(try await BrainFixture()) {
            let isFirst = attempts.next() == 1
            if isFirst { await returned.wait() }
            return !isFirst
        }
        try await rig.run { (rig) async throws in
            try await rig.say("Set a tea timer for 20 seconds.")
            await rig.pass(20)
            #expect(await rig.next() == "s: Your tea timer is done.")
            let before = rig.timer.sleepsBegun
            rig.service.sessionOpened("s")
            await rig.timer.sleepsBegun(atLeast: before + 1)
            #expect(attempts.count == 1)
            returned.set()
            #expect(await rig.next() == "s: Your tea timer is done.")
        }
    }

    /// One session that does not answer holds up no other.
    @Test func anAnnouncementThatWaitsKeepsNobodyWaiting() async throws {
        let attempts = Attempts()
        let rig = AlarmRig(try await BrainFixture()) {
            if attempts.next() == 1 { await Latch().wait() }
            return true
        }
        try await rig.run { (rig) async throws in
            try await rig.say("Set a timer for 5 seconds.", session: "dead")
            try await rig.say("Set a timer for 6 seconds.", session: "s")
            await rig.pass(5)
            #expect(await rig.next() == "dead: Your 5 second timer is done.")
            await rig.pass(1)
            #expect(await rig.next() == "s: Your 6 second timer is done.")
            // Not forgotten before it was heard.
            #expect(try await rig.fixture.store.alarms(of: "dead").count == 1)
        }
    }

    @Test func canceledTimersStaySilent() async throws {
        try await run { rig in
            try await rig.say("Set a tea timer for 10 seconds.")
            try await rig.say("Set an egg timer for 12 seconds.")
            try await rig.say("Cancel the tea timer.")
            await rig.pass(12)
            #expect(await rig.next() == "s: Your egg timer is done.")
        }
    }

    @Test func whatCameDueWhileItWasOffIsAnnouncedAtTheStart() async throws {
        let fixture = try await BrainFixture()
        _ = try await fixture.say("Set a timer for 5 minutes.")
        fixture.clock.advance(by: 3600)
        try await AlarmRig(fixture).run { (rig) async throws in
            #expect(await rig.next() == "s: Your 5 minute timer went off 55 minutes ago.")
        }
    }

    // MARK: - Several processes

    @Test func ofTwoProcessesOneAnnounces() async throws {
        let first = try await BrainFixture()
        let rigs = [AlarmRig(first, pollSeconds: 2), AlarmRig(BrainFixture(beside: first), pollSeconds: 2)]
        try await rigs[0].run { (one) async throws in
            try await rigs[1].run { (two) async throws in
                for number in 1...20 {
                    try await one.say("Set a timer for 1 second.", session: "s\(number)")
                }
                first.clock.advance(by: 2)
                async let other: Void = two.look()
                await one.look()
                await other
                for number in 1...20 { try await one.settled(session: "s\(number)") }
                #expect(try await first.store.nextAlarms(after: 0).isEmpty)
            }
        }
        var heard: [String] = []
        for rig in rigs {
            rig.finish()
            while let sentence = await rig.next() { heard.append(sentence) }
        }
        #expect(heard.count == 20)
        #expect(Set(heard).count == 20)
    }

    @Test func aTimerFollowsItsSessionToAnotherProcess() async throws {
        let first = try await BrainFixture()
        let rigs = [AlarmRig(first, pollSeconds: 2), AlarmRig(BrainFixture(beside: first), pollSeconds: 2)]
        try await rigs[0].run { (one) async throws in
            try await rigs[1].run { (two) async throws in
                try await one.say("Set a tea timer for 20 seconds.")
                one.disconnect()
                first.clock.advance(by: 20)
                await one.look()
                await two.look()
                #expect(await two.next() == "s: Your tea timer is done.")
            }
        }
    }

    /// A process that dies between taking a timer and announcing it.
    @Test func aTimerThatADeadProcessHadTakenIsAnnounced() async throws {
        let fixture = try await BrainFixture()
        _ = try await fixture.say("Set a tea timer for 20 seconds.")
        fixture.clock.advance(by: 20)
        let alarm = try #require(try await fixture.store.alarms(of: "s").first)
        #expect(try await fixture.store.claimAlarm(alarm.id, as: "the dead", for: 20))
        try await AlarmRig(fixture, pollSeconds: 2).run { (rig) async throws in
            await rig.pass(2)
            #expect(try await fixture.say("What's 1 plus 1?") == "1 plus 1 is 2.")
            await rig.pass(19)
            #expect(await rig.next() == "s: Your tea timer is done.")
        }
    }
}
