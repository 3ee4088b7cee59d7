import Testing
import VoiceServer

@Suite struct AudioPacerTests {
    private let chunk = Duration.milliseconds(100)

    /// Sends what may be sent now.
    private func fill(_ pacer: inout AudioPacer, at now: Duration, _ length: Duration) -> Int {
        var count = 0
        while count < 1000, pacer.wait(for: length, at: now) == .zero {
            pacer.sent(length, at: now)
            count += 1
        }
        return count
    }

    @Test func sendsTheLeadAtOnceAndThenInRealTime() {
        var pacer = AudioPacer()
        #expect(fill(&pacer, at: .seconds(5), chunk) == 6)
        #expect(pacer.ahead(at: .seconds(5)) == .milliseconds(600))
        #expect(pacer.wait(for: chunk, at: .seconds(5)) == chunk)
        #expect(fill(&pacer, at: .milliseconds(5099), chunk) == 0)
        #expect(fill(&pacer, at: .milliseconds(5100), chunk) == 1)
        #expect(fill(&pacer, at: .milliseconds(5400), chunk) == 3)
    }

    @Test func packetsGoTenTimesASecond() {
        var pacer = AudioPacer()
        let packet = Duration.milliseconds(20)
        #expect(fill(&pacer, at: .zero, packet) == 30)
        #expect(pacer.wait(for: packet, at: .zero) == .milliseconds(100))
        #expect(fill(&pacer, at: .milliseconds(100), packet) == 5)
        // Someone who looks in between may send, but is not asked to come back before it is worth it.
        #expect(pacer.wait(for: packet, at: .milliseconds(110)) == .milliseconds(90))
    }

    @Test func neverGetsAheadOfALateAnswer() {
        var pacer = AudioPacer()
        #expect(fill(&pacer, at: .zero, chunk) == 6)
        // Nothing came for 3 s: the client ran dry and begins again.
        #expect(fill(&pacer, at: .seconds(3), chunk) == 6)
        #expect(pacer.ahead(at: .seconds(3)) == .milliseconds(600))
        #expect(pacer.ahead(at: .seconds(10)) == .zero)
    }

    @Test func standsStillWhileHeld() {
        var pacer = AudioPacer()
        _ = fill(&pacer, at: .zero, chunk)
        pacer.hold(at: .milliseconds(200))
        #expect(pacer.ahead(at: .seconds(60)) == .milliseconds(400))
        // What was on its way when it was held counts.
        pacer.sent(chunk, at: .seconds(60))
        pacer.resume(at: .seconds(60))
        #expect(pacer.ahead(at: .seconds(60)) == .milliseconds(500))
        #expect(fill(&pacer, at: .seconds(60), chunk) == 1)
    }

    @Test func resumingWhatIsNotHeldChangesNothing() {
        var pacer = AudioPacer()
        _ = fill(&pacer, at: .zero, chunk)
        let before = pacer
        pacer.resume(at: .seconds(1))
        #expect(pacer == before)
    }

    @Test func forgetsWhatWasThrownAway() {
        var pacer = AudioPacer()
        _ = fill(&pacer, at: .zero, chunk)
        pacer.drop()
        #expect(pacer.ahead(at: .zero) == .zero)
        #expect(fill(&pacer, at: .zero, chunk) == 6)
    }

    @Test func aLengthBeyondTheLeadIsSentOnceNothingIsAhead() {
        var pacer = AudioPacer()
        pacer.sent(.milliseconds(50), at: .zero)
        let wait = pacer.wait(for: .seconds(1), at: .zero)
        #expect(wait > .zero)
        #expect(wait <= .seconds(1))
    }
}
