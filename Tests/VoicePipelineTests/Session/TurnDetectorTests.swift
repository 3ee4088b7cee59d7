import Testing
import VoicePipeline
import VoiceTesting

/// What a turn detector says at a pause changes how long a session waits.
@Suite struct TurnDetectorTests {
    /// Says always the same, and tells what it was asked.
    private final class Detector: TurnDetector {
        private let answer: Result<Float, EngineError>
        private let counts = Guarded<[Int]>([])
        let asked = Latch()

        init(_ answer: Result<Float, EngineError>) { self.answer = answer }

        func completeness(of samples: [Float]) async throws(EngineError) -> Float {
            counts.withLock { $0.append(samples.count) }
            asked.set()
            return try answer.get()
        }

        var all: [Int] { counts.withLock { $0 } }
    }

    /// Tells how much was listened to, so that nobody need send more than can be heard.
    private final class Ear: VoiceActivityDetector {
        let frameLength = 512
        let stirred = WakeSignal()
        private let samples = Guarded(0)

        /// Samples that were listened to.
        var heard: Int { samples.withLock { $0 } }

        func makeStream() throws(EngineError) -> any VoiceActivityStream {
            Stream(ear: self, stream: try FakeDetector().makeStream())
        }

        private func heard(_ count: Int) {
            samples.withLock { $0 += count }
            stirred.signal()
        }

        private struct Stream: VoiceActivityStream {
            let ear: Ear
            let stream: any VoiceActivityStream

            func process(_ samples: [Float]) async throws(EngineError) -> [Float] {
                defer { ear.heard(samples.count) }
                return try await stream.process(samples)
            }

            func reset() async { await stream.reset() }
        }
    }

    private let automatic = SessionMode(takesTurns: true, streamsAudio: true)

    /// 500 ms of speech, and then silence until the utterance is over.
    /// - Returns: frames of silence that were sent until then: some more than were needed.
    private func silence(_ detector: Detector, _ settings: EndpointerSettings, mode: SessionMode) async -> Int {
        var limits = SessionLimits()
        limits.endpointer = settings
        limits.replyDeadline = .seconds(600)
        let frames = Guarded(0)
        let ear = Ear()
        _ = await SessionUnderTest(
            brain: FakeBrain("Hi."), limits: limits, mode: mode, detector: ear, turnDetector: detector
        ).events { session in
            await session.append(Array(SessionUnderTest.speech.prefix(16_384)))
            await session.append(Array(SessionUnderTest.silence.prefix(8192)))
            await detector.asked.wait()
            let ended = Latch()
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    let before = ear.heard
                    while !ended.isSet {
                        await session.append(Array(SessionUnderTest.silence.prefix(1024)))
                        let sent =
                            before + 512
                            * frames.withLock {
                                $0 += 1; return $0
                            }
                        while !ended.isSet, ear.heard < sent { await ear.stirred.wait() }
                    }
                }
                await session.until("speech ended")
                ended.set()
                ear.stirred.signal()
            }
            await session.until("done")
            await session.conversation.end()
        }
        return frames.withLock { $0 }
    }

    @Test func aVoiceThatHasFinishedEndsTheTurnSooner() async {
        let detector = Detector(.success(1))
        var settings = EndpointerSettings()
        settings.silence = 25_000
        settings.shortestSilence = 300
        let frames = await silence(detector, settings, mode: automatic)
        #expect(frames < 700)
        #expect(detector.all.count == 1)
        // The speech and the pause.
        let first = detector.all.first ?? 0
        #expect(first >= 8192 + 512 * 5)
        #expect(first <= 8192 + 4096)
    }

    @Test(arguments: [Result<Float, EngineError>.failure(.busy), .failure(.cancelled), .success(.nan), .success(0.5)])
    func withoutASayingSilenceDecides(answer: Result<Float, EngineError>) async {
        let detector = Detector(answer)
        var settings = EndpointerSettings()
        settings.silence = 1000
        settings.longestSilence = 28_000
        settings.shortestSilence = 300
        #expect(await silence(detector, settings, mode: automatic) >= 32 - 8)
    }

    @Test func aSessionThatSaysWhenItHasFinishedDoesNotAsk() async {
        let detector = Detector(.success(1))
        let session = SessionUnderTest(brain: FakeBrain("Hi."), detector: FakeDetector(), turnDetector: detector)
        _ = await session.events { session in
            await session.append(Array(SessionUnderTest.speech.prefix(16_384)))
            await session.append(SessionUnderTest.silence)
            await session.endOfSpeech()
            await session.until("done")
        }
        #expect(detector.all.isEmpty)
    }
}
