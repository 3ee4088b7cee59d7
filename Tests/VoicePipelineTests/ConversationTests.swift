import Testing
import VoicePipeline
import VoiceTesting

@Suite struct ConversationTests {
    @Test func runsATurnFromSamplesToSpeech() async throws {
        let store = MemoryConversationStore()
        let seen = await SessionUnderTest(store: store).events { session in
            await session.ask()
        }
        #expect(
            seen == [
                "1 recognizing", "1 heard hello", "1 delta Hi. How are you?", "1 reply Hi. How are you?",
                "1 audio 16000 Hz", "1 audio 16000 Hz", "1 done",
            ])
        #expect(
            try await store.history(of: "s", turns: 10) == [
                ChatMessage(.user, "hello"), ChatMessage(.assistant, "Hi. How are you?"),
            ])
    }

    @Test func givesTheBrainTheTurnsBefore() async {
        let brain = FakeBrain("Yes.")
        var limits = SessionLimits()
        limits.waitingTurns = 12
        _ = await SessionUnderTest(brain: brain, limits: limits).events { session in
            for _ in 0..<12 {
                await session.ask()
            }
        }
        #expect(brain.requests.map { $0.history.count } == [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 20])
    }

    @Test func endsTurnsWithoutUsableAudioInTheirOrder() async {
        let seen = await SessionUnderTest().events { session in
            await session.endOfSpeech()
            await session.append([1, 2, 3])
            await session.endOfSpeech()
            await session.append([UInt8](repeating: 0, count: 31 * 32_000))
            await session.endOfSpeech()
        }
        #expect(seen == ["1 failed emptyAudio", "2 failed oddByteCount", "3 failed tooLong(limit: 30)"])
    }

    @Test func saysWhenNothingWasUnderstood() async {
        let seen = await SessionUnderTest(recognizer: FakeRecognizer("")).events { session in
            await session.ask()
        }
        #expect(seen == ["1 recognizing", "1 failed notUnderstood"])
    }

    @Test func recognizerFailureIsOneTurnsFailure() async {
        let recognizer = FakeRecognizer { samples throws(EngineError) in
            if samples.count == 1 { throw .failed(engine: "fake", code: 7, message: "no") }
            return Transcript(text: "hello")
        }
        let seen = await SessionUnderTest(recognizer: recognizer, brain: FakeBrain("Hi.")).events { session in
            await session.append([0, 0])
            await session.endOfSpeech()
            await session.ask()
        }
        #expect(seen.first == "1 recognizing")
        #expect(seen[1].hasPrefix("1 failed recognition"))
        #expect(seen.last == "2 done")
    }

    @Test func brainThatThrowsIsOneTurnsFailure() async {
        let brain = FakeBrain { _, _ in throw StorageError.full }
        let seen = await SessionUnderTest(brain: brain).events { session in
            await session.ask()
        }
        #expect(seen == ["1 recognizing", "1 heard hello", "1 failed brain(\"full\")"])
    }

    /// Where recognition has used the time up, a skill still answers.
    @Test func aReplyHasTimeEvenAfterItsDeadline() async {
        var limits = SessionLimits()
        limits.replyDeadline = .zero
        let brain = FakeBrain { _, emit in
            for _ in 0..<100 { await Task.yield() }
            try await emit("Done.")
            return BrainReply(text: "Done.", source: .skill("fake"))
        }
        let seen = await SessionUnderTest(brain: brain, limits: limits, clock: ManualClock()).events { session in
            await session.ask()
        }
        #expect(seen.contains("1 reply Done."))
    }

    @Test func synthesisFailureStillAnswersInText() async {
        let broken = FakeSynthesizer(failure: .failed(engine: "voice", code: 1, message: "broken"))
        let seen = await SessionUnderTest(brain: FakeBrain("Hi."), synthesizer: broken).events { session in
            await session.ask()
        }
        #expect(seen == ["1 recognizing", "1 heard hello", "1 delta Hi.", "1 reply Hi.", "1 done"])
    }

    @Test func storageFailureDoesNotStopTheConversation() async {
        let store = MemoryConversationStore(failure: .full)
        let seen = await SessionUnderTest(brain: FakeBrain("Hi."), store: store).events { session in
            await session.reset()
            await session.ask()
        }
        #expect(seen.last == "2 done")
    }

    @Test func resetCancelsWhatRunsAndWaits() async {
        let started = Latch()
        let brain = FakeBrain { request, _ in
            started.set()
            await Latch().wait()
            return BrainReply(text: "late", source: .skill("fake"))
        }
        let conversation = SessionUnderTest(brain: brain)
        let seen = await conversation.events { session in
            for _ in 0..<3 {
                await session.ask()
            }
            await started.wait()
            await session.reset()
        }
        #expect(seen == ["1 recognizing", "1 heard hello"])
        #expect(conversation.floor.first == 5)
    }

    @Test func refusesWhenTooManyWait() async {
        let gate = Latch()
        let recognizer = FakeRecognizer { _ throws(EngineError) in
            await gate.wait()
            return Transcript(text: "hello")
        }
        var limits = SessionLimits()
        limits.waitingTurns = 1
        let seen = await SessionUnderTest(recognizer: recognizer, brain: FakeBrain("Hi."), limits: limits).events {
            session in
            for _ in 0..<3 {
                await session.ask()
            }
            gate.set()
        }
        #expect(seen.contains("3 failed busy"))
        #expect(seen.filter { $0.hasSuffix("done") } == ["1 done", "2 done"])
    }

    @Test func speaksWhatThereIsAtTheDeadline() async {
        let deadline = Latch()
        let brain = FakeBrain { _, emit in
            try await emit("Part one. And part")
            deadline.set()
            await Latch().wait()
            return BrainReply(text: "", source: .skill("fake"))
        }
        let seen = await SessionUnderTest(brain: brain, clock: GateClock(deadline)).events { session in
            await session.ask()
        }
        #expect(seen.contains("1 reply Part one."))
        #expect(seen.last == "1 done")
    }

    @Test func apologisesWhenNothingCameInTime() async {
        let deadline = Latch()
        let brain = FakeBrain { _, _ in
            deadline.set()
            await Latch().wait()
            return BrainReply(text: "", source: .skill("fake"))
        }
        let seen = await SessionUnderTest(brain: brain, clock: GateClock(deadline)).events { session in
            await session.ask()
        }
        #expect(seen.contains("1 reply Service temporarily unavailable"))
    }

    @Test func speechStaysWithinItsTime() async {
        let brain = FakeBrain("First sentence here. Second sentence here. Third sentence here.")
        var limits = SessionLimits()
        limits.answerSeconds = 0.5
        let seen = await SessionUnderTest(brain: brain, limits: limits).events { session in
            await session.ask()
        }
        #expect(seen.filter { $0.contains("audio") }.count == 2)
        #expect(seen.last == "1 done")
    }

    @Test func announcesBetweenTurns() async {
        let seen = await SessionUnderTest().events { session in
            #expect(await session.announce("Your timer is done."))
        }
        #expect(seen == ["1 announcement Your timer is done.", "1 audio 16000 Hz", "1 done"])
    }
}
