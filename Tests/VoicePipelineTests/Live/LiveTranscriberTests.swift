import Testing
import VoicePipeline
import VoiceTesting

@Suite struct LiveTranscriberTests {
    /// Half a second of sound or of silence.
    private static let speech = LiveInput.samples([Float](repeating: 0.5, count: 8000))
    private static let silence = LiveInput.samples([Float](repeating: 0, count: 8000))

    /// Everything that is told of a stream.
    private func events(
        _ input: [LiveInput], _ recognizer: any SpeechRecognizer, _ request: LiveRequest = LiveRequest(),
        clock: any Clock<Duration> = ContinuousClock()
    ) async throws -> [LiveEvent] {
        let channel = BoundedChannel<LiveInput>(capacity: input.count + 1)
        for item in input { await channel.send(item) }
        channel.finish()
        let heard = Guarded<[LiveEvent]>([])
        try await LiveTranscriber(detector: FakeDetector(), clock: clock).run(channel, with: recognizer, request) {
            event in heard.withLock { $0.append(event) }
        }
        return heard.withLock { $0 }
    }

    private func finals(_ events: [LiveEvent]) -> [(text: String, start: Double, end: Double)] {
        events.compactMap { event in
            if case .final(let transcript, let start, let end) = event { (transcript.text, start, end) } else { nil }
        }
    }

    private var quiet: LiveRequest {
        var request = LiveRequest()
        request.partials = false
        return request
    }

    @Test func writesEachUtteranceDown() async throws {
        let pause = [Self.silence, Self.silence, Self.silence]
        let input = pause + [Self.speech, Self.speech] + pause + [Self.speech, Self.speech] + pause
        let finals = finals(try await events(input, FakeRecognizer("words"), quiet))
        try #require(finals.map(\.text) == ["words", "words"])
        #expect((1.0...1.5).contains(finals[0].start) && (2.5...2.8).contains(finals[0].end))
        #expect((3.5...4.0).contains(finals[1].start) && (5.0...5.3).contains(finals[1].end))
    }

    @Test func timesCountFromTheBeginningOfTheStream() async throws {
        let recognizer = FakeRecognizer { _ throws(EngineError) in
            let word = TimedWord(start: 0.5, end: 0.75, text: "hello")
            return Transcript(
                text: "hello", segments: [TranscriptSegment(start: 0.5, end: 1, text: "hello", words: [word])])
        }
        let input = [LiveInput](repeating: Self.silence, count: 10) + [Self.speech, Self.speech]
        let events = try await events(input, recognizer, quiet)
        guard case .final(let transcript, let start, _) = events.first else {
            Issue.record("there is no final text: \(events)")
            return
        }
        #expect((4.5...5.0).contains(start))
        #expect(transcript.segments.first?.start == start + 0.5)
        #expect(transcript.segments.first?.words.first?.end == start + 0.75)
    }

    @Test func whatIsSaidAtTheEndIsWrittenDownToo() async throws {
        let finals = finals(try await events([Self.silence, Self.speech], FakeRecognizer("words"), quiet))
        #expect(finals.map(\.text) == ["words"])
    }

    @Test func flushIsAnsweredAlsoWhereNothingWasSaid() async throws {
        let finals = finals(
            try await events([Self.silence, .flush, Self.speech, .flush], FakeRecognizer("words"), quiet))
        #expect(finals.map(\.text) == ["", "words"])
    }

    @Test func aBusyRecognizerIsAskedAgain() async throws {
        let calls = Guarded(0)
        let recognizer = FakeRecognizer { _ throws(EngineError) in
            let call = calls.withLock {
                $0 += 1; return $0
            }
            if call < 4 { throw .busy }
            return Transcript(text: "at last")
        }
        let finals = finals(try await events([Self.speech], recognizer, quiet, clock: ImmediateClock()))
        #expect(finals.map(\.text) == ["at last"])
    }

    @Test func oneThatIsAlwaysBusyIsGivenUp() async throws {
        let recognizer = FakeRecognizer { _ throws(EngineError) in throw .busy }
        await #expect(throws: EngineError.busy) {
            try await events([Self.speech], recognizer, quiet, clock: ImmediateClock())
        }
    }
}
