import Glibc
import SpeechEngines
import Synchronization
import Testing
import VoicePipeline

/// The words of a text without case and punctuation.
private func words(_ text: String) -> [String] {
    text.lowercased().split { !($0.isLetter || $0.isNumber) }.map(String.init)
}

@Suite struct WhisperRecognizerTests {
    private static let loaded = Result {
        try WhisperRecognizer(runtime: try ONNXTestParts.runtime(), folder: ONNXTestParts.whisperFolder)
    }
    private let recognizer: WhisperRecognizer

    init() throws {
        recognizer = try Self.loaded.get()
    }

    @Test func understandsSpeech() async throws {
        let transcript = try await recognizer.transcribe(try SpeechClips.samples("goforward.raw"))
        #expect(
            ["go forward 10 meters", "go forward ten meters"].contains(words(transcript.text).joined(separator: " ")))
        #expect(transcript.language == "en")
        #expect(transcript.noSpeechProbability < 0.2)
        #expect((-1.0..<0.0).contains(transcript.averageLogProbability))
        #expect(transcript.tokenCount >= 4)
    }

    @Test func agreesWithAPythonLoopOnTheSameGraphs() async throws {
        let exact = try WhisperRecognizer(
            runtime: try ONNXTestParts.runtime(), folder: ONNXTestParts.whisperFolder, precision: .fp32)
        for row in try SpeechClips.goldenLines("whisper/text-fp32.tsv") {
            let transcript = try await exact.transcribe(try SpeechClips.samples(String(row[0])))
            #expect(transcript.text == String(row[4]))
            #expect(transcript.tokenCount == Int(row[1]))
            #expect(abs(transcript.noSpeechProbability - (try #require(Float(row[2])))) < 1e-3)
            #expect(abs(transcript.averageLogProbability - (try #require(Float(row[3])))) < 1e-3)
        }
    }

    @Test func givesTheSameAnswerAgain() async throws {
        let clips = try ["cards/005.wav", "goforward.raw", "something.raw"].map { try SpeechClips.samples($0) }
        var first: [Transcript] = []
        for clip in clips { first.append(try await recognizer.transcribe(clip)) }
        for (clip, transcript) in zip(clips, first).reversed() {
            #expect(try await recognizer.transcribe(clip) == transcript)
        }
    }

    @Test func severalStreamsAgreeWithOne() async throws {
        let several = try WhisperRecognizer(
            runtime: try ONNXTestParts.runtime(), folder: ONNXTestParts.whisperFolder, streams: 2)
        let clip = try SpeechClips.samples("something.raw")
        let alone = try await recognizer.transcribe(clip)
        async let one = several.transcribe(clip)
        async let two = several.transcribe(clip)
        #expect(try await [one, two] == [alone, alone])
    }

    @Test func whatRunsBesideOthersIsUnderstoodTheSame() async throws {
        let clips = try ["goforward.raw", "something.raw", "cards/005.wav"].map { try SpeechClips.samples($0) }
        var alone: [Transcript] = []
        for clip in clips { alone.append(try await recognizer.transcribe(clip)) }
        let priorities: [EnginePriority] = [.request, .background, .request, .turn]
        // No more than may wait.
        let found = try await withThrowingTaskGroup(of: (index: Int, transcript: Transcript).self) { group in
            for (place, priority) in priorities.enumerated() {
                let index = place % clips.count
                group.addTask { [recognizer] in
                    let options = RecognitionOptions(priority: priority)
                    return (index, try await recognizer.transcribe(clips[index], options: options))
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(found.count == priorities.count)
        for (index, transcript) in found { #expect(transcript == alone[index]) }
    }

    @Test func hearsNothingInSilenceAndNoise() async throws {
        let hum = (0..<32000).map { 0.05 * sin(Float($0) * 2 * .pi * 50 / 16000) }
        for samples in [[], [0.1], [Float](repeating: 0, count: 16000), SpeechClips.noise(48000), hum] {
            let transcript = try await recognizer.transcribe(samples)
            #expect(transcript.text.isEmpty)
            #expect(transcript.noSpeechProbability > WhisperRecognizer.noSpeechThreshold)
        }
    }

    @Test func refusesWhatItCannotTake() async throws {
        let long = [Float](repeating: 0, count: 30 * 16000 + 1)
        await #expect(throws: EngineError.self) { try await recognizer.transcribe(long) }
        await #expect(throws: EngineError.self) { try await recognizer.transcribe([0, .nan, 0]) }
        await #expect(throws: EngineError.self) { try await recognizer.transcribe([.infinity]) }
        await #expect(throws: EngineError.invalidInput("whisper-tiny.en understands only English (en), not de")) {
            try await recognizer.transcribe([], options: RecognitionOptions(language: "de"))
        }
    }

    @Test func samplesFarBeyondTheRangeDoNoHarm() async throws {
        let loud = try SpeechClips.samples("goforward.raw").map { $0 * 1e20 }
        _ = try await recognizer.transcribe(loud)
        _ = try await recognizer.transcribe([Float](repeating: .greatestFiniteMagnitude, count: 16000))
        #expect(try await !recognizer.transcribe(try SpeechClips.samples("goforward.raw")).text.isEmpty)
    }

    @Test func takesThirtySeconds() async throws {
        let clip = try SpeechClips.samples("goforward.raw")
        let transcript = try await recognizer.transcribe(clip + [Float](repeating: 0, count: 480_000 - clip.count))
        #expect(words(transcript.text).contains("forward"))
    }

    @Test func endsSoonAfterItsTaskIsCancelled() async throws {
        #expect(try await recognizer.endsWhenCancelled(SpeechClips.noise(480_000)))
        #expect(try await !recognizer.transcribe(try SpeechClips.samples("goforward.raw")).text.isEmpty)
    }

    @Test func aModelWithADamagedFileIsRefused() throws {
        let runtime = try ONNXTestParts.runtime()
        for damaged in ["decoder.int8.onnx", "encoder.int8.onnx", "tokens.txt", "mel_filters.bin", "model.json"] {
            let folder = ONNXTestParts.temporaryPath("whisper")
            mkdir(folder, 0o700)
            let names = ["decoder.int8.onnx", "encoder.int8.onnx", "tokens.txt", "mel_filters.bin", "model.json"]
            defer {
                for name in names { unlink("\(folder)/\(name)") }
                rmdir(folder)
            }
            for name in names where name != damaged {
                symlink("\(ONNXTestParts.whisperFolder)/\(name)", "\(folder)/\(name)")
            }
            ONNXTestParts.write(Array("damaged".utf8), to: "\(folder)/\(damaged)")
            #expect {
                try WhisperRecognizer(runtime: runtime, folder: folder)
            } throws: { error in
                guard case .unavailable(let text) = error as? EngineError else { return false }
                return text.contains(damaged) && !text.contains("\n")
            }
        }
    }

    @Test func theDecoderOfAnotherModelIsRefused() throws {
        let folder = ONNXTestParts.temporaryPath("whisper")
        mkdir(folder, 0o700)
        let links = [
            "decoder.int8.onnx": "encoder.int8.onnx", "encoder.int8.onnx": "encoder.int8.onnx",
            "tokens.txt": "tokens.txt", "mel_filters.bin": "mel_filters.bin", "model.json": "model.json",
        ]
        defer {
            for name in links.keys { unlink("\(folder)/\(name)") }
            rmdir(folder)
        }
        for (name, target) in links { symlink("\(ONNXTestParts.whisperFolder)/\(target)", "\(folder)/\(name)") }
        let runtime = try ONNXTestParts.runtime()
        #expect {
            try WhisperRecognizer(runtime: runtime, folder: folder)
        } throws: { error in
            guard case .unavailable(let text) = error as? EngineError else { return false }
            return text.contains("is not the expected model")
        }
    }
}
