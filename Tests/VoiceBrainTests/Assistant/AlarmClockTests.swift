import Testing
import VoiceBrain
import VoicePipeline
import VoiceTesting

/// Timers and alarms on a machine whose clock is set, is wrong, or that starts anew.
@Suite struct AlarmClockTests {
    private let wrong = LocalTime(year: 1970, month: 1, day: 1, hour: 3)

    @Test(arguments: [-34_560_000.0, -3600.0, 3600.0, 34_560_000.0])
    func aClockThatIsSetMovesNoTimer(_ step: Double) async throws {
        try await AlarmRig(try await BrainFixture()).run { (rig) async throws in
            try await rig.say("Set a tea timer for 10 minutes.")
            await rig.pass(60)
            rig.fixture.clock.step(by: step)
            #expect(try await rig.fixture.say("How much time is left?") == "The tea timer has 9 minutes left.")
            await rig.look()
            #expect(try await rig.fixture.say("How much time is left?") == "The tea timer has 9 minutes left.")
            await rig.pass(539)
            #expect(try await rig.fixture.say("How much time is left?") == "The tea timer has 1 second left.")
            await rig.pass(1)
            #expect(await rig.next() == "s: Your tea timer is done.")
        }
    }

    /// It keeps its name, too, which is its length.
    @Test func aTimerSetWhileTheClockWasWrongIsRightAfterARestart() async throws {
        let fixture = try await BrainFixture(at: wrong)
        try await AlarmRig(fixture).run { (rig) async throws in
            try await rig.say("Set a timer for 10 minutes.")
            await rig.pass(60)
            // The network puts the clock right.
            rig.fixture.clock.set(BrainFixture.evening)
            await rig.look()
            let timer = try #require(try await rig.fixture.store.alarms(of: "s").first)
            #expect(timer.due == rig.fixture.clock.now() + 540)
            #expect(timer.due - timer.created == 600)
        }
        fixture.clock.reboot(after: 60)
        #expect(try await fixture.say("How much time is left?") == "There are 8 minutes left.")
        try await AlarmRig(fixture).run { (rig) async throws in
            await rig.pass(480)
            #expect(await rig.next() == "s: Your 10 minute timer is done.")
        }
    }

    @Test func aStepForwardsRingsAnAlarm() async throws {
        try await AlarmRig(try await BrainFixture()).run { (rig) async throws in
            try await rig.say("Set an alarm for 8 p.m.")
            rig.fixture.clock.step(by: 45 * 60)
            await rig.look()
            #expect(await rig.next() == "s: It's 8 p.m., and your alarm is ringing.")
        }
    }

    @Test func aStepBackwardsRingsNoAlarmTwice() async throws {
        try await AlarmRig(try await BrainFixture()).run { (rig) async throws in
            try await rig.say("Set an alarm for 7:20 p.m.")
            await rig.pass(300)
            #expect(await rig.next() == "s: It's 7:20 p.m., and your alarm is ringing.")
            rig.fixture.clock.step(by: -600)
            await rig.look()
            // The next one shows that nothing was said in between.
            try await rig.say("Set a tea timer for 15 minutes.")
            await rig.pass(900)
            #expect(await rig.next() == "s: Your tea timer is done.")
        }
    }

    /// A machine without a battery for its clock starts in the past: what was set before is late at most, never early.
    @Test func aWrongClockAtTheStartRingsNothingEarly() async throws {
        let fixture = try await BrainFixture()
        _ = try await fixture.say("Set an alarm for 8 p.m.")
        _ = try await fixture.say("Set a tea timer for 10 minutes.")
        let booted = fixture.clock.now() + 300
        fixture.clock.reboot(wall: wrong)
        try await AlarmRig(fixture).run { (rig) async throws in
            await rig.pass(3000)
            #expect(try await rig.fixture.store.alarms(of: "s").count == 2)
            // 55 minutes after the machine stopped the clock is put right.
            rig.fixture.clock.step(by: booted + 3000 - rig.fixture.clock.now())
            await rig.look()
            #expect(await rig.next() == "s: Your tea timer went off 45 minutes ago.")
            #expect(await rig.next() == "s: Your alarm at 8 p.m. rang 10 minutes ago.")
        }
    }

    /// "Wake me at seven" means seven, whatever year the machine believed in.
    @Test func anAlarmSetWhileTheClockWasWrongKeepsItsTimeOfDay() async throws {
        try await AlarmRig(try await BrainFixture(at: wrong)).run { (rig) async throws in
            try await rig.say("Set an alarm for 7 a.m.")
            rig.fixture.clock.set(BrainFixture.evening)
            await rig.look()
            #expect(try await rig.fixture.say("When is my alarm?") == "Your next alarm is at 7 a.m. tomorrow.")
            rig.fixture.clock.set(LocalTime(year: 2025, month: 3, day: 5, hour: 7))
            await rig.look()
            #expect(await rig.next() == "s: It's 7 a.m., and your alarm is ringing.")
        }
    }

    @Test func anAlarmSetWhileTheClockWasAheadKeepsItsTimeOfDay() async throws {
        let ahead = LocalTime(year: 2099, month: 6, day: 1, hour: 12)
        try await AlarmRig(try await BrainFixture(at: ahead)).run { (rig) async throws in
            try await rig.say("Set an alarm for 9 p.m.")
            rig.fixture.clock.set(BrainFixture.evening)
            await rig.look()
            #expect(try await rig.fixture.say("When is my alarm?") == "Your next alarm is at 9 p.m. today.")
        }
    }

    /// "In ten minutes" is a length, also of a reminder.
    @Test func aReminderInSoLongIsNotMovedByTheClock() async throws {
        try await AlarmRig(try await BrainFixture()).run { (rig) async throws in
            try await rig.say("Remind me in ten minutes to check the oven.")
            rig.fixture.clock.step(by: 3600)
            await rig.look()
            await rig.pass(599)
            #expect(try await rig.fixture.store.alarms(of: "s").count == 1)
            await rig.pass(1)
            #expect(await rig.next() == "s: Reminder: check the oven.")
        }
    }

    @Test func aRestartOfTheProgramAloneKeepsTheMonotonicClock() async throws {
        let fixture = try await BrainFixture()
        _ = try await fixture.say("Set a tea timer for 10 minutes.")
        fixture.clock.advance(by: 300)
        fixture.clock.step(by: 7200)
        try await AlarmRig(fixture).run { (rig) async throws in
            await rig.pass(299)
            #expect(try await fixture.store.alarms(of: "s").count == 1)
            await rig.pass(1)
            #expect(await rig.next() == "s: Your tea timer is done.")
        }
    }
}
