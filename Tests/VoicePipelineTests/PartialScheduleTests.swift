import Testing
import VoicePipeline

@Suite struct PartialScheduleTests {
    private let start = ContinuousClock.now

    private func at(_ milliseconds: Int) -> ContinuousClock.Instant { start + .milliseconds(milliseconds) }

    /// Around the value, so that expectations can drive it.
    private final class Driven {
        var schedule = PartialSchedule()
        func heard(holdsSpeech: Bool, at now: ContinuousClock.Instant) -> Bool {
            schedule.heard(holdsSpeech: holdsSpeech, at: now)
        }
        func ended(_ outcome: PartialSchedule.Outcome, at now: ContinuousClock.Instant) {
            schedule.ended(outcome, at: now)
        }
    }

    /// When looks begin if speech comes all the time in chunks of 20 ms, and each look takes as long as it is told.
    private func begins(until end: Int, took: (Int) -> Int, outcome: PartialSchedule.Outcome = .finished) -> [Int] {
        var schedule = PartialSchedule()
        var begins: [Int] = []
        var ending: Int?
        for now in stride(from: 0, to: end, by: 20) {
            if let end = ending, now >= end {
                schedule.ended(outcome, at: at(end))
                ending = nil
            }
            if schedule.heard(holdsSpeech: true, at: at(now)) {
                begins.append(now)
                ending = now + took(begins.count)
            }
        }
        return begins
    }

    @Test func quickLooksComeEvery300Milliseconds() {
        #expect(begins(until: 1_600) { _ in 40 } == [300, 600, 900, 1_200, 1_500])
        #expect(begins(until: 1_600) { _ in 150 } == [300, 600, 900, 1_200, 1_500])
    }

    @Test func nothingIsLookedAtBeforeSpeech() {
        let schedule = Driven()
        #expect([0, 500, 1_000].allSatisfy { !schedule.heard(holdsSpeech: false, at: at($0)) })
        // The first look waits until there is something to see.
        #expect(!schedule.heard(holdsSpeech: true, at: at(1_020)))
        #expect(!schedule.heard(holdsSpeech: true, at: at(1_319)))
        #expect(schedule.heard(holdsSpeech: true, at: at(1_320)))
    }

    @Test func silenceIsNotLookedAtAgain() {
        let schedule = Driven()
        _ = schedule.heard(holdsSpeech: true, at: at(0))
        #expect(schedule.heard(holdsSpeech: false, at: at(300)))
        schedule.ended(.finished, at: at(340))
        #expect([600, 1_000, 5_000].allSatisfy { !schedule.heard(holdsSpeech: false, at: at($0)) })
        #expect(schedule.heard(holdsSpeech: true, at: at(5_020)))
    }

    @Test func speechDuringALookIsNew() {
        let schedule = Driven()
        _ = schedule.heard(holdsSpeech: true, at: at(0))
        #expect(schedule.heard(holdsSpeech: true, at: at(300)))
        #expect(!schedule.heard(holdsSpeech: true, at: at(320)))
        schedule.ended(.finished, at: at(340))
        #expect(schedule.heard(holdsSpeech: false, at: at(600)))
    }

    @Test func oneLookAtATime() {
        let schedule = Driven()
        _ = schedule.heard(holdsSpeech: true, at: at(0))
        #expect(schedule.heard(holdsSpeech: true, at: at(300)))
        #expect(schedule.schedule.isLooking)
        #expect((400..<5_000).allSatisfy { !schedule.heard(holdsSpeech: true, at: at($0)) })
    }

    @Test func slowLooksAreFewer() {
        // A look of 400 ms is followed by at least 1,200 ms without one.
        let slow = begins(until: 10_000) { _ in 400 }
        #expect(zip(slow, slow.dropFirst()).allSatisfy { $1 - $0 >= 1_600 })
        #expect(slow.count >= 4)
        // One slow look does not spoil the rest of the utterance.
        let once = begins(until: 4_000) { $0 == 1 ? 200 : 40 }
        #expect(once.suffix(3).count == 3)
        #expect(zip(once.suffix(3), once.suffix(2)).allSatisfy { $1 - $0 == 300 })
    }

    @Test func aLookThatWasGivenUpIsTriedAgainLater() {
        let refused = begins(until: 8_000, took: { _ in 0 }, outcome: .givenUp)
        #expect(refused == [300, 900, 2_100, 4_500, 6_900])
        let schedule = Driven()
        _ = schedule.heard(holdsSpeech: true, at: at(0))
        #expect(schedule.heard(holdsSpeech: true, at: at(300)))
        schedule.ended(.givenUp, at: at(301))
        // Nothing new was said, but what was said was not seen.
        #expect(!schedule.heard(holdsSpeech: false, at: at(899)))
        #expect(schedule.heard(holdsSpeech: false, at: at(900)))
    }

    @Test func anEndWithoutALookIsIgnored() {
        let schedule = Driven()
        schedule.ended(.givenUp, at: at(0))
        #expect(schedule.schedule == PartialSchedule())
    }

    @Test func timeThatStandsStillOrRunsBackDoesNoHarm() {
        let schedule = Driven()
        _ = schedule.heard(holdsSpeech: true, at: at(1_000))
        #expect(schedule.heard(holdsSpeech: true, at: at(1_300)))
        schedule.ended(.finished, at: at(900))
        #expect(!schedule.schedule.isLooking)
        #expect(schedule.schedule.wait == PartialSchedule.interval)
    }
}
