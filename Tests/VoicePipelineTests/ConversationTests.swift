import Testing
import VoicePipeline
import VoiceTesting

@Suite struct ConversationTests {
    private static let second = [UInt8](repeating: 1, count: 32_000)

    private func conversation(
        recognizer: any SpeechRecognizer = FakeRecognizer("hello"), brain: any Brain = FakeBrain("Hi. How are you?"),
        synthesizer: any SpeechSynthesizer = FakeSynthesizer(), store: MemoryConversationStore = .init(),
        limits: SessionLimits = SessionLimits(), clock: any Clock<Duration> = ContinuousClock()
    ) -> Conversation {
        Conversation(
            session: "s",
            engines: SessionEngines(
                recognizer: recognizer, brain: brain, synthesizer: synthesizer, resampler: NearestResampler(),
                store: store), limits: limits, clock: clock, log: .none)
    }

    /// Runs the conversation beside `body` and returns all events, in words.
    private func events(
        of conversation: Conversation, _ body: @escaping @Sendable (Conversation) async -> Void
    ) async -> [String] {
        await withTaskGroup(of: [String].self) { group in
            group.addTask {
                await conversation.run()
                return []
            }
            group.addTask {
                await body(conversation)
                conversation.finish()
                return []
            }
            group.addTask {
                var seen: [String] = []
                for await event in conversation.events { seen.append(describe(event)) }
                return seen
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
    }

    @Test func runsATurnFromSamplesToSpeech() async throws {
        let store = MemoryConversationStore()
        let seen = await events(of: conversation(store: store)) { conversation in
            await conversation.append(Self.second)
            await conversation.endOfSpeech()
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
        _ = await events(of: conversation(brain: brain, limits: limits)) { conversation in
            for _ in 0..<12 {
                await conversation.append(Self.second)
                await conversation.endOfSpeech()
            }
        }
        #expect(brain.requests.map { $0.history.count } == [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 20])
    }

    @Test func endsTurnsWithoutUsableAudioInTheirOrder() async {
        let seen = await events(of: conversation()) { conversation in
            await conversation.endOfSpeech()
            await conversation.append([1, 2, 3])
            await conversation.endOfSpeech()
            await conversation.append([UInt8](repeating: 0, count: 31 * 32_000))
            await conversation.endOfSpeech()
        }
        #expect(seen == ["1 failed emptyAudio", "2 failed oddByteCount", "3 failed tooLong(limit: 30)"])
    }

    @Test func saysWhenNothingWasUnderstood() async {
        let seen = await events(of: conversation(recognizer: FakeRecognizer(""))) { conversation in
            await conversation.append(Self.second)
            await conversation.endOfSpeech()
        }
        #expect(seen == ["1 recognizing", "1 failed notUnderstood"])
    }

    @Test func recognizerFailureIsOneTurnsFailure() async {
        let recognizer = FakeRecognizer { samples throws(EngineError) in
            if samples.count == 1 { throw .failed(engine: "fake", code: 7, message: "no") }
            return Transcript(text: "hello")
        }
        let seen = await events(of: conversation(recognizer: recognizer, brain: FakeBrain("Hi."))) { conversation in
            await conversation.append([0, 0])
            await conversation.endOfSpeech()
            await conversation.append(Self.second)
            await conversation.endOfSpeech()
        }
        #expect(seen.first == "1 recognizing")
        #expect(seen[1].hasPrefix("1 failed recognition"))
        #expect(seen.last == "2 done")
    }

    @Test func brainThatThrowsIsOneTurnsFailure() async {
        let brain = FakeBrain { _, _ in throw StorageError.full }
        let seen = await events(of: conversation(brain: brain)) { conversation in
            await conversation.append(Self.second)
            await conversation.endOfSpeech()
        }
        #expect(seen == ["1 recognizing", "1 heard hello", "1 failed brain(\"full\")"])
    }

    @Test func synthesisFailureStillAnswersInText() async {
        let broken = FakeSynthesizer(failure: .failed(engine: "voice", code: 1, message: "broken"))
        let seen = await events(of: conversation(brain: FakeBrain("Hi."), synthesizer: broken)) { conversation in
            await conversation.append(Self.second)
            await conversation.endOfSpeech()
        }
        #expect(seen == ["1 recognizing", "1 heard hello", "1 delta Hi.", "1 reply Hi.", "1 done"])
    }

    @Test func storageFailureDoesNotStopTheConversation() async {
        let store = MemoryConversationStore(failure: .full)
        let seen = await events(of: conversation(brain: FakeBrain("Hi."), store: store)) { conversation in
            await conversation.append(Self.second)
            await conversation.endOfSpeech()
            await conversation.reset()
        }
        #expect(seen.contains("1 done"))
    }

    @Test func resetCancelsWhatRunsAndWaits() async {
        let started = Latch()
        let brain = FakeBrain { request, _ in
            started.set()
            await Latch().wait()
            return BrainReply(text: "late", source: .skill("fake"))
        }
        let conversation = conversation(brain: brain)
        let seen = await events(of: conversation) { conversation in
            for _ in 0..<3 {
                await conversation.append(Self.second)
                await conversation.endOfSpeech()
            }
            await started.wait()
            await conversation.reset()
        }
        #expect(seen == ["1 recognizing", "1 heard hello"])
        #expect(conversation.firstValidTurn == 5)
    }

    @Test func refusesWhenTooManyWait() async {
        let gate = Latch()
        let recognizer = FakeRecognizer { _ throws(EngineError) in
            await gate.wait()
            return Transcript(text: "hello")
        }
        var limits = SessionLimits()
        limits.waitingTurns = 1
        let seen = await events(of: conversation(recognizer: recognizer, brain: FakeBrain("Hi."), limits: limits)) {
            for _ in 0..<3 {
                await $0.append(Self.second)
                await $0.endOfSpeech()
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
        let seen = await events(of: conversation(brain: brain, clock: GateClock(deadline))) { conversation in
            await conversation.append(Self.second)
            await conversation.endOfSpeech()
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
        let seen = await events(of: conversation(brain: brain, clock: GateClock(deadline))) { conversation in
            await conversation.append(Self.second)
            await conversation.endOfSpeech()
        }
        #expect(seen.contains("1 reply Service temporarily unavailable"))
    }

    @Test func speechStaysWithinItsTime() async {
        let brain = FakeBrain("First sentence here. Second sentence here. Third sentence here.")
        var limits = SessionLimits()
        limits.answerSeconds = 0.5
        let seen = await events(of: conversation(brain: brain, limits: limits)) { conversation in
            await conversation.append(Self.second)
            await conversation.endOfSpeech()
        }
        #expect(seen.filter { $0.contains("audio") }.count == 2)
        #expect(seen.last == "1 done")
    }

    @Test func announcesBetweenTurns() async {
        let seen = await events(of: conversation()) { conversation in
            #expect(await conversation.announce("Your timer is done."))
        }
        #expect(seen == ["1 announcement Your timer is done.", "1 audio 16000 Hz", "1 done"])
    }
}

private func describe(_ event: TurnEvent) -> String {
    let what =
        switch event.kind {
        case .recognizing: "recognizing"
        case .transcript(let transcript): "heard \(transcript.text)"
        case .replyDelta(let text): "delta \(text)"
        case .reply(let text): "reply \(text)"
        case .audio(let speech): "audio \(speech.sampleRate) Hz"
        case .done: "done"
        case .failed(let failure): "failed \(failure)"
        case .announcement(let text): "announcement \(text)"
        }
    return "\(event.turn) \(what)"
}
