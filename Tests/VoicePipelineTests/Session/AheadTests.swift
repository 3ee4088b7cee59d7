import Testing
import VoicePipeline
import VoiceTesting

/// What is done ahead of the user, and that nothing comes of it before the turn is meant.
@Suite struct AheadTests {
    /// Samples of an utterance, as its recognizer was called with.
    private final class Calls: Sendable {
        private let counts = Guarded<[Int]>([])
        let recognizer: FakeRecognizer

        init(_ text: String = "hello") {
            let counts = counts
            recognizer = FakeRecognizer { samples throws(EngineError) in
                counts.withLock { $0.append(samples.count) }
                return Transcript(text: text)
            }
        }

        var all: [Int] { counts.withLock { $0 } }
    }

    private func ahead(_ metrics: ServerMetrics, _ outcome: String) -> Double { metrics.ahead.value(outcome) }

    @Test func pauseBeginsTheTurnAndTheEndOfSpeechTakesItUp() async throws {
        let calls = Calls()
        let metrics = ServerMetrics()
        let store = MemoryConversationStore()
        let asked = Latch()
        let brain = FakeBrain { _, emit in
            asked.set()
            try await emit("Hi. How are you?")
            return BrainReply(text: "Hi. How are you?", source: .skill("fake"))
        }
        let seen = await SessionUnderTest(
            recognizer: calls.recognizer, brain: brain, store: store, detector: FakeDetector(), metrics: metrics
        ).events { session in
            await session.append(Array(SessionUnderTest.speech.prefix(16_000)))
            await session.append(Array(SessionUnderTest.silence.prefix(8192)))
            await asked.wait()
            let kept = try? await store.history(of: "s", turns: 10)
            #expect(kept?.count == 0)
            await session.endOfSpeech()
        }
        #expect(
            seen == [
                "1 recognizing", "1 heard hello", "1 delta Hi. How are you?", "1 reply Hi. How are you?",
                "1 audio 16000 Hz", "1 audio 16000 Hz", "1 done",
            ])
        #expect(calls.all.count == 1)
        #expect(ahead(metrics, "used") == 1)
        #expect(try await store.history(of: "s", turns: 10).count == 2)
    }

    @Test func speechThatGoesOnDropsIt() async throws {
        let calls = Calls()
        let metrics = ServerMetrics()
        let store = MemoryConversationStore()
        let acted = Guarded(0)
        let asked = Latch()
        let dropped = Latch()
        let brain = FakeBrain { request, emit in
            asked.set()
            do {
                try await request.commitment.wait()
            } catch {
                dropped.set()
                throw error
            }
            acted.withLock { $0 += 1 }
            try await emit("Done.")
            return BrainReply(text: "Done.", source: .skill("fake"))
        }
        let seen = await SessionUnderTest(
            recognizer: calls.recognizer, brain: brain, store: store, detector: FakeDetector(), metrics: metrics
        ).events { session in
            await session.append(Array(SessionUnderTest.speech.prefix(16_000)))
            await session.append(Array(SessionUnderTest.silence.prefix(8192)))
            await asked.wait()
            await session.append(Array(SessionUnderTest.speech.prefix(8192)))
            await dropped.wait()
            await session.endOfSpeech()
        }
        #expect(metrics.ahead.value("dropped") >= 1)
        #expect(seen.first == "1 recognizing")
        #expect(seen.last == "1 done")
        #expect(acted.withLock { $0 } == 1)
        let samples = (16_000 + 8192 + 8192) / 2
        #expect(calls.all.last == samples)
        #expect(metrics.turns.value("cancelled") == 0)
        #expect(try await store.history(of: "s", turns: 10).count == 2)
    }

    @Test func resetDropsIt() async {
        let asked = Latch()
        let brain = FakeBrain { request, _ in
            asked.set()
            try await request.commitment.wait()
            return BrainReply(text: "", source: .skill("fake"))
        }
        let seen = await SessionUnderTest(brain: brain, detector: FakeDetector()).events { session in
            await session.append(Array(SessionUnderTest.speech.prefix(16_000)))
            await session.append(Array(SessionUnderTest.silence.prefix(8192)))
            await asked.wait()
            await session.reset()
        }
        #expect(seen.isEmpty)
    }

    @Test func tooBusyToRunAheadIsNoFailure() async {
        let calls = Guarded(0)
        let refused = Latch()
        let recognizer = FakeRecognizer { _ throws(EngineError) in
            let isFirst = calls.withLock { calls in
                calls += 1
                return calls == 1
            }
            guard isFirst else { return Transcript(text: "hello") }
            refused.set()
            throw .busy
        }
        let seen = await SessionUnderTest(recognizer: recognizer, brain: FakeBrain("Hi."), detector: FakeDetector())
            .events { session in
                await session.append(Array(SessionUnderTest.speech.prefix(16_000)))
                await session.append(Array(SessionUnderTest.silence.prefix(8192)))
                await refused.wait()
                await session.endOfSpeech()
            }
        #expect(seen == ["1 recognizing", "1 heard hello", "1 delta Hi.", "1 reply Hi.", "1 audio 16000 Hz", "1 done"])
    }

    @Test func nothingIsDoneAheadWhereItIsSwitchedOff() async {
        var limits = SessionLimits()
        limits.ahead = .nothing
        let calls = Calls()
        let seen = await SessionUnderTest(recognizer: calls.recognizer, limits: limits, detector: FakeDetector())
            .events { session in
                await session.append(Array(SessionUnderTest.speech.prefix(16_000)))
                await session.append(SessionUnderTest.silence)
                #expect(await session.conversation.isResting)
                await session.endOfSpeech()
            }
        #expect(seen.last == "1 done")
        #expect(calls.all.count == 1)
    }
}
