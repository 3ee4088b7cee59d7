import Testing
import Transport

@Suite struct WebSocketClockTests {
    private func clock(_ change: (inout WebSocketConfiguration) -> Void = { _ in }) -> WebSocketClock {
        var configuration = WebSocketConfiguration()
        configuration.pingInterval = .seconds(20)
        configuration.messageTimeout = .seconds(30)
        configuration.stallTimeout = .seconds(60)
        configuration.controlFramesPerSecond = 5
        change(&configuration)
        var clock = WebSocketClock(configuration)
        clock.begin(at: 100_000, phase: 0)
        return clock
    }

    @Test func silentPeerIsPingedOnceAndThenGivenUp() {
        var clock = clock()
        #expect(clock.due(hasOutput: false) == 120_000)
        #expect(clock.verdict(at: 119_999, hasOutput: false) == .wait)
        #expect(clock.verdict(at: 120_000, hasOutput: false) == .ping)
        #expect(clock.verdict(at: 120_001, hasOutput: false) == .wait)
        #expect(clock.due(hasOutput: false) == 140_000)
        #expect(clock.verdict(at: 140_000, hasOutput: false) == .silent)
    }

    @Test func signOfLifeBeginsAnew() {
        var clock = clock()
        _ = clock.verdict(at: 120_000, hasOutput: false)
        clock.sawSign(at: 125_000)
        #expect(clock.due(hasOutput: false) == 145_000)
        #expect(clock.verdict(at: 145_000, hasOutput: false) == .ping)
    }

    @Test func firstPingsAreSpreadOverHalfAnInterval() {
        var clock = clock()
        clock.begin(at: 100_000, phase: 1023)
        #expect((110_000..<111_000).contains(clock.due(hasOutput: false)))
        clock.begin(at: 5, phase: 1023)
        #expect(clock.due(hasOutput: false) == 20_000)
    }

    @Test func messageHasItsTimeFromItsFirstByte() {
        var clock = clock()
        let begins = clock.sawMessage(milestone: 0, isMidMessage: true, at: 110_000)
        #expect(begins)
        // More of it does not give it more time.
        let isNew = clock.sawMessage(milestone: 0, isMidMessage: true, at: 130_000)
        #expect(!isNew)
        clock.sawSign(at: 139_000)
        #expect(clock.due(hasOutput: false) == 140_000)
        #expect(clock.verdict(at: 139_999, hasOutput: false) == .wait)
        #expect(clock.verdict(at: 140_000, hasOutput: false) == .slowMessage)
    }

    @Test func nextMessageHasItsOwnTime() {
        var clock = clock()
        _ = clock.sawMessage(milestone: 0, isMidMessage: true, at: 110_000)
        let begins = clock.sawMessage(milestone: 1, isMidMessage: true, at: 130_000)
        #expect(begins)
        clock.sawSign(at: 150_000)
        #expect(clock.verdict(at: 150_000, hasOutput: false) == .wait)
        let isNew = clock.sawMessage(milestone: 2, isMidMessage: false, at: 151_000)
        #expect(!isNew)
        #expect(clock.due(hasOutput: false) == 170_000)
    }

    @Test func messageIsNotLateWhileThisSideDoesNotRead() {
        var clock = clock()
        _ = clock.sawMessage(milestone: 0, isMidMessage: true, at: 110_000)
        clock.heldPeerBack(at: 139_000)
        clock.sawSign(at: 139_000)
        #expect(clock.verdict(at: 141_000, hasOutput: false) == .wait)
        #expect(clock.verdict(at: 158_999, hasOutput: false) == .wait)
    }

    @Test func peerThatTakesNoOutputIsGivenUpHoweverMuchItSends() {
        var clock = clock()
        clock.sawOutput(at: 110_000)
        clock.sawSign(at: 169_000)
        #expect(clock.due(hasOutput: true) == 170_000)
        #expect(clock.verdict(at: 170_000, hasOutput: false) == .wait)
        #expect(clock.verdict(at: 170_000, hasOutput: true) == .stalled)
        clock.sawOutput(at: 170_000)
        #expect(clock.verdict(at: 171_000, hasOutput: true) == .wait)
    }

    @Test func controlFramesAreAllowedSecondBySecond() {
        var clock = clock()
        #expect(clock.controlFrames(left: .max, at: 100_000) == 5)
        #expect(clock.controlFrames(left: 2, at: 100_999) == 2)
        #expect(clock.controlFrames(left: 0, at: 101_000) == 5)
    }
}
