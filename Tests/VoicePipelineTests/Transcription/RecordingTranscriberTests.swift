import Testing
import VoicePipeline
import VoiceTesting

@Suite struct RecordingTranscriberTests {
    /// Takes the first sample of each frame of 0.1 s as its probability.
    private struct Detector: VoiceActivityDetector {
        var frameLength: Int { 1600 }
        func makeStream() -> any VoiceActivityStream { Stream() }
        final class Stream: VoiceActivityStream {
            private let rest = Guarded([Float]())
            func process(_ samples: [Float]) -> [Float] {
                rest.withLock { rest in
                    rest += samples
                    let count = rest.count / 1600
                    defer { rest.removeFirst(count * 1600) }
                    return (0..<count).map { rest[$0 * 1600] }
                }
            }
            func reset() {}
        }
    }

    private final class Recognizer: SpeechRecognizer {
        let name = "scripted"
        let heard = Guarded([(count: Int, options: RecognitionOptions)]())
        let answer: @Sendable (Int, RecognitionOptions) async throws(EngineError) -> Transcript

        init(_ answer: @escaping @Sendable (Int, RecognitionOptions) async throws(EngineError) -> Transcript) {
            self.answer = answer
        }

        func transcribe(_ samples: [Float], options: RecognitionOptions) async throws(EngineError) -> Transcript {
            let number = heard.withLock { heard in
                heard.append((samples.count, options))
                return heard.count
            }
            return try await answer(number, options)
        }
    }

    private let transcriber = RecordingTranscriber(detector: Detector())

    /// Stretches of seconds: positive is speech, negative silence.
    private func recording(_ seconds: [Double]) -> MemoryRecording {
        MemoryRecording(
            seconds.flatMap { repeatElement(Float($0 > 0 ? 0.9 : 0), count: Int(abs($0) * 16_000)) })
    }

    private func run(
        _ seconds: [Double], with recognizer: Recognizer, _ request: TranscriptionRequest = TranscriptionRequest()
    ) async throws -> (Transcription, [TranscriptionEvent]) {
        var events: [TranscriptionEvent] = []
        let transcription = try await transcriber.transcribe(recording(seconds), with: recognizer, request) {
            events.append($0)
        }
        return (transcription, events)
    }

    @Test func windowsBecomeSegmentsOfTheRecording() async throws {
        let recognizer = Recognizer { number, _ in Transcript(text: "part \(number).", averageLogProbability: -0.5) }
        let (transcription, events) = try await run([-4, 3, -5, 2, -3], with: recognizer)
        #expect(transcription.text == "part 1. part 2.")
        #expect(transcription.duration == 17)
        #expect(transcription.language == "en")
        #expect(
            transcription.segments == [
                TranscriptSegment(start: 4, end: 7, text: "part 1.", averageLogProbability: -0.5),
                TranscriptSegment(start: 12, end: 14, text: "part 2.", averageLogProbability: -0.5),
            ])
        #expect(events.first == .language("en"))
        #expect(events.count == 6)
        #expect(events.last == .progress(seconds: 17))
        #expect(recognizer.heard.withLock { $0.map(\.count) } == [57_600, 41_600])
    }

    @Test func timesOfTheRecognizerAreMovedAndKeptInTheirWindow() async throws {
        let recognizer = Recognizer { _, _ in
            let words = [TimedWord(start: 0.5, end: 0.9, text: "one"), TimedWord(start: 9, end: 99, text: "two")]
            return Transcript(
                text: "one two",
                segments: [
                    TranscriptSegment(start: 0.3, end: 1, text: "one"), TranscriptSegment(start: 2, end: 1, text: ""),
                    TranscriptSegment(start: .nan, end: 50, text: "two", words: words),
                ])
        }
        let (transcription, _) = try await run([-10, 3, -1], with: recognizer)
        // The window is 9.7 to 13.3 s.
        #expect(transcription.segments.map(\.text) == ["one", "two"])
        #expect(abs(transcription.segments[0].start - 10) < 1e-9)
        #expect(abs(transcription.segments[1].start - 9.7) < 1e-9)
        #expect(abs(transcription.segments[1].end - 13.3) < 1e-9)
        #expect(abs(transcription.segments[1].words[0].start - 10.2) < 1e-9)
        #expect(abs(transcription.segments[1].words[1].start - 13.3) < 1e-9)
        #expect(transcription.text == "one two")
    }

    @Test func aWindowWithTooLittleTextIsHeardInParts() async throws {
        // Three seconds, half a second of silence, four seconds: the first pass gives up behind the first sentence.
        let long = "Somebody else has said much more in the second part than in the first."
        let recognizer = Recognizer { number, _ in
            Transcript(text: number == 1 ? "A few words." : number == 2 ? "A few words, and some more." : long)
        }
        let (transcription, _) = try await run([-1, 3, -0.5, 4, -1], with: recognizer)
        #expect(transcription.text == "A few words, and some more. " + long)
        #expect(recognizer.heard.withLock { $0.map(\.count) } == [129_600, 56_000, 72_000])
        #expect(transcription.segments.map(\.start) == [1, 4.5])
        // What is not more in parts stays as it was.
        let terse = Recognizer { number, _ in Transcript(text: number == 1 ? "No, no." : "") }
        #expect(try await run([3, -0.5, 4], with: terse).0.text == "No, no.")
        #expect(terse.heard.withLock { $0.count } == 3)
    }

    @Test func theLanguageThatIsFoundStays() async throws {
        let recognizer = Recognizer { number, options in
            Transcript(text: number == 1 ? "" : "oui", language: options.language ?? (number == 1 ? "cy" : "fr"))
        }
        let (transcription, events) = try await run([3, -4, 3, -4, 3], with: recognizer)
        #expect(transcription.language == "fr")
        #expect(recognizer.heard.withLock { $0.map(\.options.language) } == [nil, nil, "fr"])
        let languages = events.filter { if case .language = $0 { true } else { false } }
        #expect(languages == [.language("fr")])
    }

    @Test func whatIsAskedIsPassedOn() async throws {
        let recognizer = Recognizer { _, _ in Transcript(text: "x") }
        var request = TranscriptionRequest()
        request.language = "de"
        request.task = .translate
        request.prompt = "Hotpin"
        request.hotWords = "Piper"
        request.temperature = 0.3
        request.timing = .words
        request.priority = .background
        _ = try await run([3], with: recognizer, request)
        #expect(
            recognizer.heard.withLock { $0.first?.options }
                == RecognitionOptions(
                    language: "de", task: .translate, prompt: "Hotpin", hotWords: "Piper", effort: .careful,
                    temperature: 0.3, timing: .words, priority: .background, holdsSpeech: true))
    }

    @Test func twoWindowsAtOnceComeInTheirOrder() async throws {
        let second = Latch()
        let running = Guarded((now: 0, most: 0))
        // Windows differ in length, so that each knows its place however they overtake.
        let ordered = Overtaken { count in
            running.withLock { running in
                running.now += 1
                running.most = max(running.most, running.now)
            }
            defer { running.withLock { $0.now -= 1 } }
            let seconds = count / 16_000
            if seconds < 2 { await second.wait() } else { second.set() }
            return Transcript(text: "\(seconds) seconds")
        }
        var request = TranscriptionRequest()
        request.language = "en"
        var ends: [Double] = []
        let transcription = try await transcriber.transcribe(
            recording([1, -4, 2, -4, 3, -4, 4, -4]), with: ordered, request
        ) { event in
            if case .progress(let end) = event { ends.append(end) }
        }
        #expect(transcription.segments.map(\.text) == ["1 seconds", "2 seconds", "3 seconds", "4 seconds"])
        #expect(ends == ends.sorted() && ends.last == 26)
        #expect(running.withLock { $0.most } == 2)
    }

    /// Answers by the number of samples.
    private struct Overtaken: SpeechRecognizer {
        let name = "overtaken"
        let answer: @Sendable (Int) async -> Transcript

        func transcribe(_ samples: [Float], options: RecognitionOptions) async throws(EngineError) -> Transcript {
            await answer(samples.count)
        }
    }

    @Test func silenceIsNotRecognised() async throws {
        let recognizer = Recognizer { _, _ in Transcript(text: "Thank you.") }
        let (transcription, events) = try await run([-100], with: recognizer)
        #expect(transcription.text.isEmpty && transcription.segments.isEmpty)
        #expect(transcription.duration == 100)
        #expect(events.last == .language("en"))
        #expect(events.contains(.progress(seconds: 100)))
        #expect(recognizer.heard.withLock { $0.isEmpty })
        #expect(try await run([], with: recognizer).0.duration == 0)
    }

    @Test func longWorkWaitsForRoom() async throws {
        let recognizer = Recognizer { number, _ throws(EngineError) in
            guard number > 2 else { throw .busy }
            return Transcript(text: "at last")
        }
        var request = TranscriptionRequest()
        request.priority = .background
        #expect(try await run([3], with: recognizer, request).0.text == "at last")
        let other = Recognizer { _, _ throws(EngineError) in throw .busy }
        await #expect(throws: EngineError.busy) { try await run([3], with: other) }
    }

    @Test func errorsEndIt() async throws {
        let broken = Recognizer { _, _ throws(EngineError) in throw .invalidInput("no") }
        await #expect(throws: EngineError.invalidInput("no")) { try await run([3, -3, 40], with: broken) }
        let fine = Recognizer { _, _ in Transcript(text: "x") }
        await #expect(throws: RecordingError(.unreadable, "gone")) {
            _ = try await transcriber.transcribe(BrokenRecording(), with: fine, TranscriptionRequest()) { _ in }
        }
        struct Full: Error {}
        await #expect(throws: Full.self) {
            _ = try await transcriber.transcribe(recording([3, -3, 40]), with: fine, TranscriptionRequest()) { _ in
                throw Full()
            }
        }
    }

    private final class BrokenRecording: AudioSource {
        let promisedDuration: Double? = nil
        func read() throws -> [Float]? { throw RecordingError(.unreadable, "gone") }
    }

    @Test func cancellationReachesTheRecognizer() async throws {
        let begun = Latch()
        let ended = Latch()
        let recognizer = Recognizer { _, _ throws(EngineError) in
            begun.set()
            // Until it is cancelled.
            await Latch().wait()
            ended.set()
            throw .cancelled
        }
        let transcriber = self.transcriber
        let long = recording([30, -3, 30, -3, 30])
        let task = Task {
            try await transcriber.transcribe(long, with: recognizer, TranscriptionRequest()) { _ in }
        }
        await begun.wait()
        task.cancel()
        await #expect(throws: EngineError.cancelled) { _ = try await task.value }
        #expect(ended.isSet)
        #expect(recognizer.heard.withLock { $0.count } == 1)
    }

    @Test func oneWindowIsReadAhead() async throws {
        let source = CountingRecording()
        let recognizer = Recognizer { _, _ in Transcript(text: "x") }
        var most = 0
        _ = try await transcriber.transcribe(source, with: recognizer, TranscriptionRequest()) { event in
            guard case .progress(let seconds) = event else { return }
            most = max(most, source.pieces - Int(seconds))
        }
        #expect(source.pieces == 200)
        // A window that waits, one that is being cut, and the pause behind each.
        #expect(most < 40)
    }

    /// Speech of 4 s and silence of 4 s in turns, 200 s.
    private final class CountingRecording: AudioSource {
        let promisedDuration: Double? = 200
        private let count = Guarded(0)
        var pieces: Int { count.withLock { $0 } }

        func read() -> [Float]? {
            let second = count.withLock { number -> Int? in
                guard number < 200 else { return nil }
                defer { number += 1 }
                return number
            }
            return second.map { [Float](repeating: $0 / 4 % 2 == 0 ? 0.9 : 0, count: 16_000) }
        }
    }
}
