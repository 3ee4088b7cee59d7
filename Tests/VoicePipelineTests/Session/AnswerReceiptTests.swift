import Testing
import VoicePipeline
import VoiceTesting

/// What a brain is told about what became of its answer.
@Suite struct AnswerReceiptTests {
    /// Notes what it is told, answer by answer.
    private final class Notes: Sendable {
        private let told = Guarded<[String]>([])
        var all: [String] { told.withLock { $0 } }
        func note(_ request: BrainRequest) {
            request.receipt.whenSettled { [told] words in told.withLock { $0.append(words) } }
        }
    }

    private struct Playback: AnswerPlayback {
        var isSent = true
        func heard(played: Duration?) async -> String { "Hi." }
        func remaining() async -> Duration { .zero }
        func hasSent(_ turn: Int) async -> Bool { isSent }
    }

    private struct Broken: Error {}

    @Test func doesEverythingOnceInOrder() async {
        let done = Guarded<[String]>([])
        let receipt = AnswerReceipt()
        for name in ["a", "b"] { receipt.whenSettled { told in done.withLock { $0.append(name + told) } } }
        await receipt.settle(told: "1")
        await receipt.settle(told: "2")
        #expect(done.withLock { $0 } == ["a1", "b1"])
    }

    @Test func anAnswerThatGotOutIsTold() async {
        let notes = Notes()
        let brain = FakeBrain { request, emit in
            notes.note(request)
            try await emit("Hi. ")
            return BrainReply(text: "Hi. How are you?", source: .skill("fake"))
        }
        _ = await SessionUnderTest(brain: brain).events { session in
            await session.ask()
            await session.ask()
        }
        #expect(notes.all == ["Hi. How are you?", "Hi. How are you?"])
    }

    @Test func whatWasCutOffIsNotTold() async {
        let notes = Notes()
        var limits = SessionLimits()
        limits.spoken = SpokenBudget(maximumBytes: 100, maximumWords: 3)
        let brain = FakeBrain { request, emit in
            notes.note(request)
            try await emit("Hi. How are you?")
            return BrainReply(text: "Hi. How are you?", source: .skill("fake"))
        }
        _ = await SessionUnderTest(brain: brain, limits: limits).events { session in await session.ask() }
        #expect(notes.all == ["Hi."])
    }

    @Test func anAnswerThatItsClientDidNotGetIsNotTold() async {
        let notes = Notes()
        let brain = FakeBrain { request, _ in
            notes.note(request)
            return BrainReply(text: "Hi.", source: .skill("fake"))
        }
        _ = await SessionUnderTest(brain: brain, playback: Playback(isSent: false)).events { session in
            await session.ask()
        }
        #expect(notes.all == [""])
    }

    @Test func aBrainThatFailsHasToldNothing() async {
        let notes = Notes()
        let brain = FakeBrain { request, emit in
            notes.note(request)
            try await emit("Hi. ")
            throw Broken()
        }
        let seen = await SessionUnderTest(brain: brain).events { session in await session.ask() }
        #expect(seen.last?.contains("failed") == true)
        #expect(notes.all == [""])
    }

    @Test(arguments: ["reset", "end", "cancel"])
    func anAnswerThatIsStopped(by what: String) async {
        let notes = Notes()
        let asked = Latch()
        let brain = FakeBrain { request, emit in
            notes.note(request)
            try await emit("Hi. How")
            asked.set()
            await Latch().wait()
            throw CancellationError()
        }
        _ = await SessionUnderTest(brain: brain, playback: Playback()).events { session in
            await session.ask()
            await asked.wait()
            switch what {
            case "reset": await session.reset()
            case "end": await session.conversation.end()
            default: _ = await session.conversation.cancel()
            }
            await session.conversation.untilRestRegardless()
        }
        // Who stops an answer has heard some of it.
        #expect(notes.all == [what == "cancel" ? "Hi." : ""])
    }

    /// A turn that runs ahead of its user and is dropped acts on nothing, so there is nothing to be told.
    @Test func aTurnThatWasNotMeantSettlesNothing() async {
        let notes = Notes()
        let asked = Latch()
        let brain = FakeBrain { request, _ in
            asked.set()
            try await request.commitment.wait()
            notes.note(request)
            return BrainReply(text: "Hi.", source: .skill("fake"))
        }
        _ = await SessionUnderTest(brain: brain, detector: FakeDetector()).events { session in
            await session.append(Array(SessionUnderTest.speech.prefix(16_000)))
            await session.append(Array(SessionUnderTest.silence.prefix(8192)))
            await asked.wait()
            await session.append(Array(SessionUnderTest.speech.prefix(8192)))
            await session.endOfSpeech()
        }
        #expect(notes.all == ["Hi."])
    }
}
