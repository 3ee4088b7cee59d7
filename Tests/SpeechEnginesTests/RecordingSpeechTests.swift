import SpeechEngines
import Testing
import VoicePipeline

/// Long recordings with the real detector and the real recognizer: clips one after another, and what was said in them.
@Suite struct RecordingSpeechTests {
    private let transcriber: RecordingTranscriber
    private let recognizer: WhisperRecognizer

    init() throws {
        let runtime = try ONNXTestParts.runtime()
        transcriber = RecordingTranscriber(
            detector: try SileroVAD(runtime: runtime, model: ONNXTestParts.sileroModel))
        recognizer = try WhisperRecognizer(runtime: runtime, folder: ONNXTestParts.whisperFolder)
    }

    private static let clips = [
        ("librivox/sense_and_sensibility_01_austen_64kb-0870.wav", "dashwood"),
        ("librivox/sense_and_sensibility_01_austen_64kb-0880.wav", "young man"),
        ("librivox/sense_and_sensibility_01_austen_64kb-0890.wav", "selfish"),
        ("librivox/sense_and_sensibility_01_austen_64kb-0920.wav", "respectable"),
        ("librivox/sense_and_sensibility_01_austen_64kb-0930.wav", "amiable himself"),
        ("goforward.raw", "forward"),
    ]

    /// The clips with a pause of some samples between them, and where each begins.
    private func joined(pause: Int, times: Int = 1) throws -> (samples: [Float], starts: [Double]) {
        var samples: [Float] = []
        var starts: [Double] = []
        for _ in 0..<times {
            for (name, _) in Self.clips {
                starts.append(Double(samples.count) / 16_000)
                samples += try SpeechClips.samples(name) + [Float](repeating: 0, count: pause)
            }
        }
        return (samples, starts)
    }

    @Test(arguments: [0, 8_000, 48_000])
    func everySentenceComesOnceAndWhereItWasSaid(pause: Int) async throws {
        let (samples, starts) = try joined(pause: pause, times: 2)
        let transcription = try await transcriber.transcribe(
            MemoryRecording(samples), with: recognizer, TranscriptionRequest()
        ) { _ in }
        let text = transcription.text.lowercased()
        for (_, words) in Self.clips {
            #expect(text.components(of: words) == 2, "\(words): \(text)")
        }
        #expect(abs(transcription.duration - Double(samples.count) / 16_000) < 1e-6)
        var last = 0.0
        for segment in transcription.segments {
            #expect(segment.start >= last && segment.end >= segment.start)
            last = segment.start
        }
        // A segment is no longer than a window, so the last sentence's is near the end.
        let end = try #require(transcription.segments.last)
        #expect(end.end > (starts.last ?? 0) && end.end <= transcription.duration)
    }

    @Test func noiseBetweenSpeechIsSkipped() async throws {
        let (speech, _) = try joined(pause: 8_000)
        let noise = SpeechClips.noise(40 * 16_000, scale: 0.1)
        let transcription = try await transcriber.transcribe(
            MemoryRecording(noise + speech + noise), with: recognizer, TranscriptionRequest()
        ) { _ in }
        let first = try #require(transcription.segments.first)
        let last = try #require(transcription.segments.last)
        #expect(first.start > 39)
        #expect(last.end < 41 + Double(speech.count) / 16_000)
        #expect(transcription.text.lowercased().components(of: "dashwood") == 1)
    }
}

extension String {
    /// How often a text occurs.
    fileprivate func components(of text: String) -> Int {
        var count = 0
        var rest = self[...]
        while let range = rest.firstRange(of: text) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
