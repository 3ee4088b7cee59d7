import Testing
import VoicePipeline
import VoiceTesting

/// Sessions that take turns by themselves, and answers that are spoken over.
@Suite struct HandsFreeTurnTests {
    /// Says that the first words of the answer were heard.
    private struct Playback: AnswerPlayback {
        var words: String
        func heard(played: Duration?) async -> String { words }
        func remaining() async -> Duration { .zero }
        func hasSent(_ turn: Int) async -> Bool { true }
    }

    /// Says something, and then goes on only when it is let.
    private func slowBrain(_ latch: Latch) -> FakeBrain {
        FakeBrain { _, emit in
            // A sentence is known to be over when another begins.
            try await emit("This is the first. Now ")
            await latch.wait()
            try Task.checkCancellation()
            try await emit("the second.")
            return BrainReply(text: "This is the first. Now the second.", source: .model("fake"))
        }
    }

    /// The machine may be slow; the deadline of a reply is not what is tested here.
    private var patient: SessionLimits {
        var limits = SessionLimits()
        limits.replyDeadline = .seconds(600)
        return limits
    }
    private let automatic = SessionMode(takesTurns: true, streamsAudio: true)
    private let interruptible = SessionMode(takesTurns: true, bargesIn: true, streamsAudio: true)

    private func speak(_ session: SessionUnderTest, milliseconds: Int = 500) async {
        for _ in 0..<milliseconds / 32 { await session.append(Array(SessionUnderTest.speech.prefix(1024))) }
    }

    private func pause(_ session: SessionUnderTest, milliseconds: Int = 1000) async {
        for _ in 0..<milliseconds / 32 { await session.append(Array(SessionUnderTest.silence.prefix(1024))) }
    }

    @Test func silenceEndsTheUtterance() async {
        let seen = await SessionUnderTest(brain: FakeBrain("Hi."), mode: automatic, detector: FakeDetector())
            .events { session in
                await pause(session)
                await speak(session)
                await session.until("speech started")
                await pause(session)
                await session.until("done")
                await session.conversation.end()
            }
        #expect(seen.first == "1 speech started")
        #expect(seen.contains("1 speech ended"))
        #expect(seen.filter { $0.hasPrefix("1 heard") } == ["1 heard hello"])
        #expect(seen.last == "1 done")
    }

    /// A detector that falls behind, and a client that sends on.
    @Test func whatIsTooLongIsDroppedAndTheNextUtteranceIsHeard() async {
        let detector = SleepyDetector()
        let metrics = ServerMetrics()
        let seen = await SessionUnderTest(
            brain: FakeBrain("Hi."), mode: automatic, detector: detector, metrics: metrics
        ).events { session in
            await session.append(SessionUnderTest.silence)
            await detector.asleep.wait()
            for _ in 0..<31 { await session.append(SessionUnderTest.speech) }
            detector.awake.set()
            await pause(session)
            await speak(session)
            await session.until("speech started")
            await pause(session)
            await session.until("done")
            await session.conversation.end()
        }
        #expect(metrics.droppedUtterances.value("too_long") == 1)
        #expect(seen.contains { $0.hasSuffix("heard hello") })
    }

    @Test func coughIsNoTurn() async {
        let seen = await SessionUnderTest(mode: automatic, detector: FakeDetector()).events { session in
            await speak(session, milliseconds: 160)
            await pause(session)
            await session.until("speech started")
            await session.conversation.end()
        }
        #expect(seen == ["1 speech started"])
    }

    @Test func speechOverAnAnswerStopsItAndHistoryKeepsWhatWasHeard() async throws {
        let latch = Latch()
        let store = MemoryConversationStore()
        let seen = await SessionUnderTest(
            brain: slowBrain(latch), store: store, limits: patient, mode: interruptible, detector: FakeDetector(),
            playback: Playback(words: "Fir")
        ).events { session in
            await speak(session)
            await pause(session)
            await session.until("audio 16000 Hz")
            await speak(session, milliseconds: 2000)
            await session.until("interrupted Fir")
            await session.conversation.end()
            await session.conversation.untilRestRegardless()
        }
        #expect(seen.contains("1 held"))
        #expect(!seen.contains("1 done"))
        #expect(
            try await store.history(of: "s", turns: 10) == [
                ChatMessage(.user, "hello"), ChatMessage(.assistant, "Fir"),
            ])
    }

    @Test func coughLetsTheAnswerGoOn() async throws {
        let latch = Latch()
        let store = MemoryConversationStore()
        // What is not speech has no words.
        let isCough = Guarded(false)
        let recognizer = FakeRecognizer { _ throws(EngineError) in
            Transcript(text: isCough.withLock { $0 } ? "" : "hello")
        }
        let seen = await SessionUnderTest(
            recognizer: recognizer, brain: slowBrain(latch), store: store, limits: patient, mode: interruptible,
            detector: FakeDetector(), playback: Playback(words: "Fir")
        ).events { session in
            await speak(session)
            await pause(session)
            await session.until("audio 16000 Hz")
            isCough.withLock { $0 = true }
            await speak(session, milliseconds: 160)
            await session.until("1 held")
            await pause(session)
            await session.until("1 resumed")
            latch.set()
            await session.until("1 done")
            await session.conversation.end()
        }
        #expect(!seen.contains { $0.contains("interrupted") })
        #expect(
            try await store.history(of: "s", turns: 10).last
                == ChatMessage(.assistant, "This is the first. Now the second."))
    }

    @Test func withoutBargeInASessionIsDeafWhileItAnswers() async {
        let latch = Latch()
        let seen = await SessionUnderTest(
            brain: slowBrain(latch), limits: patient, mode: automatic, detector: FakeDetector()
        )
        .events { session in
            await speak(session)
            await pause(session)
            await session.until("audio 16000 Hz")
            await speak(session, milliseconds: 2000)
            latch.set()
            await session.until("done")
            await session.conversation.end()
        }
        #expect(seen.filter { $0.hasSuffix("speech started") } == ["1 speech started"])
        #expect(seen.last == "1 done")
    }

    @Test func clientCancelsAndIsToldWhatWasHeard() async throws {
        let latch = Latch()
        let store = MemoryConversationStore()
        let seen = await SessionUnderTest(
            brain: slowBrain(latch), store: store, limits: patient, mode: SessionMode(streamsAudio: true),
            playback: Playback(words: "")
        ).events { session in
            #expect(await session.conversation.cancel() == false)
            await session.ask()
            await session.until("audio 16000 Hz")
            #expect(await session.conversation.cancel() == true)
            await session.conversation.untilRestRegardless()
            await session.ask()
            latch.set()
        }
        #expect(seen.contains { $0.hasSuffix("interrupted ") })
        #expect(seen.last?.hasSuffix("done") == true)
        // Of the first answer nothing was heard.
        #expect(try await store.history(of: "s", turns: 10).count == 2)
    }
}

/// Hears as `FakeDetector`, but sleeps over the first samples until it is woken.
private struct SleepyDetector: VoiceActivityDetector {
    let frameLength = 512
    let asleep = Latch()
    let awake = Latch()

    func makeStream() throws(EngineError) -> any VoiceActivityStream {
        Activity(stream: try FakeDetector().makeStream(), asleep: asleep, awake: awake)
    }

    private struct Activity: VoiceActivityStream {
        let stream: any VoiceActivityStream
        let asleep: Latch
        let awake: Latch

        func process(_ samples: [Float]) async throws(EngineError) -> [Float] {
            asleep.set()
            await awake.wait()
            return try await stream.process(samples)
        }

        func reset() async { await stream.reset() }
    }
}
