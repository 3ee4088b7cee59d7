import Testing
import VoicePipeline
import VoiceTesting

/// What a hands-free session hears instead of failures.
@Suite struct SpokenRecoveryTests {
    /// Hears one transcript after another, then the last one again and again.
    private func recognizer(_ transcripts: Transcript...) -> FakeRecognizer {
        let rest = TranscriptScript(transcripts)
        return FakeRecognizer { _ throws(EngineError) in rest.next() }
    }

    private func replies(_ seen: [String]) -> [String] {
        seen.filter { $0.contains(" reply ") }.map { String($0.drop { $0 != "r" }.dropFirst(6)) }
    }

    @Test func silenceIsAnsweredLikeATurn() async throws {
        let store = MemoryConversationStore()
        let session = SessionUnderTest(recognizer: FakeRecognizer(""), store: store, recovery: RecoveryPolicy())
        let seen = await session.events { session in await session.ask() }
        #expect(
            seen == [
                "1 recognizing", "1 reply I didn't catch that. Could you say it again?", "1 audio 16000 Hz",
                "1 audio 16000 Hz", "1 done",
            ])
        #expect(try await store.history(of: "s", turns: 10).isEmpty)
    }

    @Test func confirmedTranscriptIsAnsweredAndKept() async throws {
        let store = MemoryConversationStore()
        let brain = FakeBrain("Done.")
        let heard = recognizer(
            Transcript(text: "Add milk.", averageLogProbability: -1), Transcript(text: "Yes."))
        var limits = SessionLimits()
        limits.waitingTurns = 8
        let session = SessionUnderTest(
            recognizer: heard, brain: brain, store: store, limits: limits, recovery: RecoveryPolicy())
        let seen = await session.events { session in
            await session.ask()
            await session.ask()
        }
        #expect(replies(seen) == ["Did you say 'Add milk'?", "Done."])
        #expect(seen.contains("2 heard Yes."))
        #expect(brain.requests.map(\.utterance) == ["Add milk."])
        #expect(
            try await store.history(of: "s", turns: 10) == [
                ChatMessage(.user, "Add milk."), ChatMessage(.assistant, "Done."),
            ])
    }

    @Test func everyFailureIsSpokenAndTheTurnCompletes() async {
        let broken = FakeRecognizer { _ throws(EngineError) in throw .failed(engine: "fake", code: 1, message: "no") }
        let seen = await SessionUnderTest(recognizer: broken, recovery: RecoveryPolicy()).events { session in
            await session.endOfSpeech()
            await session.append([1, 2, 3])
            await session.endOfSpeech()
            await session.ask()
            await session.append(SessionUnderTest.second)
            await session.endOfSpeech(refusal: .tooMany(seconds: 7))
        }
        #expect(!seen.contains { $0.contains("failed") })
        #expect(seen.filter { $0.hasSuffix("done") } == ["1 done", "2 done", "3 done", "4 done"])
        #expect(replies(seen).last == "That's a lot of questions. Please try again in 7 seconds.")
    }

    @Test func oneRefusalIsSpokenAFloodGetsFailures() async {
        let gate = Latch()
        let heard = FakeRecognizer { _ throws(EngineError) in
            await gate.wait()
            return Transcript(text: "hello")
        }
        var limits = SessionLimits()
        limits.waitingTurns = 0
        let session = SessionUnderTest(
            recognizer: heard, brain: FakeBrain("Hi."), limits: limits, recovery: RecoveryPolicy())
        let seen = await session.events { session in
            for _ in 0..<4 { await session.ask() }
            gate.set()
        }
        #expect(seen.filter { $0.contains("failed") } == ["3 failed busy", "4 failed busy"])
        #expect(replies(seen) == ["Hi.", "I'm too busy right now. Please try again in a moment."])
    }
}

private final class TranscriptScript: Sendable {
    private let rest: Guarded<[Transcript]>

    init(_ transcripts: [Transcript]) { rest = Guarded(transcripts) }

    func next() -> Transcript {
        rest.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? Transcript(text: "") }
    }
}
