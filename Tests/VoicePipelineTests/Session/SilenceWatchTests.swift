import Testing
import VoicePipeline
import VoiceTesting

@Suite struct SilenceWatchTests {
    @Test func tellsOfSilence() async {
        let watch = SilenceWatch()
        let clock = ManualClock()
        async let silent = watch.isSilent(for: .seconds(30), clock: clock)
        await clock.sleepsBegun(atLeast: 1)
        clock.advance(by: .seconds(30))
        #expect(await silent)
    }

    @Test func whoStirsIsThere() async {
        let watch = SilenceWatch()
        let clock = ManualClock()
        async let silent = watch.isSilent(for: .seconds(30), clock: clock)
        await clock.sleepsBegun(atLeast: 1)
        watch.stir()
        #expect(await silent == false)
    }

    @Test func aNewWatchEndsTheOneBefore() async {
        let watch = SilenceWatch()
        let clock = ManualClock()
        async let first = watch.isSilent(for: .seconds(30), clock: clock)
        await clock.sleepsBegun(atLeast: 1)
        async let second = watch.isSilent(for: .seconds(30), clock: clock)
        #expect(await first == false)
        await clock.sleepsBegun(atLeast: 2)
        clock.advance(by: .seconds(30))
        #expect(await second)
    }

    @Test func cancellationIsNoSilence() async {
        let watch = SilenceWatch()
        let clock = ManualClock()
        let task = Task { await watch.isSilent(for: .seconds(30), clock: clock) }
        await clock.sleepsBegun(atLeast: 1)
        task.cancel()
        #expect(await task.value == false)
    }
}
