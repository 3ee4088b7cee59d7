import Glibc
import SpeechEngines
import Testing
import VoicePipeline

/// Times, prompts and second thoughts with the real model.
@Suite struct WhisperTimesTests {
    private static let loaded = Result {
        // Room for all tests of the suite at once.
        try WhisperRecognizer(
            runtime: try ONNXTestParts.runtime(), folder: ONNXTestParts.whisperFolder, capacity: 64)
    }
    private let recognizer: WhisperRecognizer

    init() throws {
        recognizer = try Self.loaded.get()
    }

    private func words(_ transcript: Transcript) -> [TimedWord] { transcript.segments.flatMap(\.words) }

    @Test func timesChangeNoWord() async throws {
        for clip in ["goforward.raw", "something.raw", "cards/003.wav"] {
            let samples = try SpeechClips.samples(clip)
            var timed = try await recognizer.transcribe(samples, options: RecognitionOptions(timing: .words))
            #expect(!timed.segments.isEmpty)
            timed.segments = []
            #expect(try await recognizer.transcribe(samples) == timed)
        }
    }

    @Test func wordsFollowEachOtherInsideTheAudio() async throws {
        for clip in ["goforward.raw", "librivox/sense_and_sensibility_01_austen_64kb-0930.wav"] {
            let samples = try SpeechClips.samples(clip)
            let transcript = try await recognizer.transcribe(samples, options: RecognitionOptions(timing: .words))
            let words = words(transcript)
            #expect(words.count >= 4)
            var last = 0.0
            for word in words {
                #expect(word.start >= last && word.end >= word.start)
                #expect(!word.text.isEmpty && word.probability > 0 && word.probability <= 1)
                last = word.end
            }
            #expect(last <= Double(samples.count) / 16_000)
            #expect(words.map { ($0.followsSpace ? " " : "") + $0.text }.joined().dropFirst() == transcript.text)
            #expect(transcript.segments.flatMap(\.tokens) == transcript.draft?.tokens)
        }
    }

    @Test func wordsAreWhereTheyWereSaid() async throws {
        let clips = try ["goforward.raw", "something.raw"].map { try SpeechClips.samples($0) }
        let options = RecognitionOptions(timing: .words)
        // Where faster-whisper 1.2.1 hears them, to a tenth; "go" begins in silence.
        let alone = words(try await recognizer.transcribe(clips[0], options: options))
        #expect(alone.count == 4)
        if alone.count == 4 {
            #expect(abs(alone[1].start - 0.84) < 0.2 && abs(alone[3].end - 1.98) < 0.2)
        }
        // Two seconds of silence before each.
        var joined: [Float] = []
        var expected: [Double] = []
        for clip in clips {
            joined += [Float](repeating: 0, count: 32_000)
            let begins = Double(joined.count) / 16_000
            expected += words(try await recognizer.transcribe(clip, options: options)).map { begins + $0.start }
            joined += clip
        }
        let transcript = try await recognizer.transcribe(joined, options: options)
        let words = words(transcript)
        #expect(words.count == expected.count)
        for (word, start) in zip(words, expected) { #expect(abs(word.start - start) < 0.3, "\(word.text)") }
        #expect(transcript.segments.count == 2)
    }

    @Test func segmentsComeWithoutWordsUnlessAsked() async throws {
        let samples = try SpeechClips.samples("goforward.raw")
        let transcript = try await recognizer.transcribe(samples, options: RecognitionOptions(timing: .segments))
        let segment = try #require(transcript.segments.first)
        #expect(segment.words.isEmpty)
        #expect(segment.text == transcript.text)
        #expect(segment.averageLogProbability <= 0 && segment.averageLogProbability > -1)
        #expect(segment.compressionRatio > 0.3 && segment.compressionRatio < 2)
        #expect(segment.temperature == 0)
        #expect(segment.noSpeechProbability == transcript.noSpeechProbability)
        #expect(try await recognizer.transcribe(samples).segments.isEmpty)
    }

    @Test func silenceHasNoSegments() async throws {
        let options = RecognitionOptions(effort: .careful, timing: .words)
        for samples in [[], [0.1], [Float](repeating: 0, count: 16000), SpeechClips.noise(48000)] {
            let transcript = try await recognizer.transcribe(samples, options: options)
            #expect(transcript.text.isEmpty && transcript.segments.isEmpty)
        }
    }

    @Test func aDraftChangesNoTime() async throws {
        let exact = try WhisperRecognizer(
            runtime: try ONNXTestParts.runtime(), folder: ONNXTestParts.whisperFolder, precision: .fp32)
        let samples = try SpeechClips.samples("something.raw")
        var options = RecognitionOptions(timing: .words)
        let without = try await exact.transcribe(samples, options: options)
        options.draft = without.draft
        #expect(
            words(try await exact.transcribe(samples, options: options)).map(\.start) == words(without).map(\.start))
    }

    @Test func aModelWithoutAlignmentHeadsStillHears() async throws {
        let folder = ONNXTestParts.temporaryPath("whisper")
        mkdir(folder, 0o700)
        let names = ["decoder.int8.onnx", "encoder.int8.onnx", "tokens.txt", "mel_filters.bin"]
        defer {
            for name in names + ["model.json"] { unlink("\(folder)/\(name)") }
            rmdir(folder)
        }
        for name in names { symlink("\(ONNXTestParts.whisperFolder)/\(name)", "\(folder)/\(name)") }
        let json = String(
            decoding: try #require(ONNXTestParts.read(ONNXTestParts.whisperFolder + "/model.json")), as: UTF8.self)
        let heads = try #require(json.firstRange(of: "\"alignment_heads\": [["))
        let end = try #require(json[heads.upperBound...].firstRange(of: "]]"))
        ONNXTestParts.write(
            Array((json[..<heads.lowerBound] + "\"alignment_heads\": []" + json[end.upperBound...]).utf8),
            to: folder + "/model.json")
        let old = try WhisperRecognizer(runtime: try ONNXTestParts.runtime(), folder: folder)
        let samples = try SpeechClips.samples("goforward.raw")
        let transcript = try await old.transcribe(samples, options: RecognitionOptions(timing: .segments))
        #expect(transcript == (try await recognizer.transcribe(samples)))
        await #expect {
            try await old.transcribe(samples, options: RecognitionOptions(timing: .words))
        } throws: { error in
            guard case .unavailable(let text) = error as? EngineError else { return false }
            return text.contains("scripts/setup.sh")
        }
    }

    // MARK: Careful

    @Test func aCarefulTextOfClearSpeechIsTheQuickOne() async throws {
        let samples = try SpeechClips.samples("goforward.raw")
        let careful = try await recognizer.transcribe(samples, options: RecognitionOptions(effort: .careful))
        #expect(careful == (try await recognizer.transcribe(samples)))
    }

    @Test func whatWasCutIsDecodedAgain() async throws {
        // The same words twice look like a circle with little context, and are cut.
        let clip = try SpeechClips.samples("goforward.raw")
        let silence = [Float](repeating: 0, count: 32_000)
        let options = RecognitionOptions(effort: .careful, timing: .words)
        let transcript = try await recognizer.transcribe(silence + clip + silence + clip, options: options)
        let said = transcript.text.lowercased().split { !$0.isLetter }
        #expect(said.filter { $0 == "forward" }.count == 2)
        #expect(said.filter { $0 == "meters" }.count == 2)
        let words = words(transcript)
        #expect((words.last?.start ?? 0) > 4 + Double(clip.count) / 16_000)
    }

    @Test func chanceGivesTheSameTextAgain() async throws {
        let samples = try SpeechClips.samples("numbers.raw")
        let options = RecognitionOptions(temperature: 1)
        let first = try await recognizer.transcribe(samples, options: options)
        #expect(try await recognizer.transcribe(samples, options: options) == first)
        #expect(!first.text.isEmpty)
    }

    @Test func temperaturesOutOfRangeAreRefused() async throws {
        for temperature in [Float(-0.1), 1.1, .nan, .infinity] {
            await #expect(throws: EngineError.self) {
                try await recognizer.transcribe([], options: RecognitionOptions(temperature: temperature))
            }
        }
    }

    @Test func carefulWorkEndsWhenItsTaskIsCancelled() async throws {
        let options = RecognitionOptions(prompt: "Hello", effort: .careful, timing: .words)
        #expect(try await recognizer.endsWhenCancelled(SpeechClips.noise(480_000), options: options))
    }

    // MARK: Prompt

    @Test func anEarlierTextLeavesTheWordsAlone() async throws {
        let samples = try SpeechClips.samples("goforward.raw")
        for options in [
            RecognitionOptions(prompt: "The robot waits for its next command."),
            RecognitionOptions(hotWords: "robot, meters"),
        ] {
            let text = try await recognizer.transcribe(samples, options: options).text.lowercased()
            #expect(text.contains("forward") && text.contains("meters"))
        }
    }

    @Test func aVeryLongPromptLeavesRoomForTheText() async throws {
        let samples = try SpeechClips.samples("goforward.raw")
        let long = (0..<4_000).map { "Robot number \($0) waits." }.joined(separator: " ")
        let options = RecognitionOptions(prompt: long, hotWords: long, effort: .careful, timing: .words)
        let transcript = try await recognizer.transcribe(samples, options: options)
        #expect(transcript.tokenCount <= WhisperLimits(samples: samples.count).maxTokens)
    }

    @Test func anEnglishModelRefusesToTranslate() async throws {
        await #expect(
            throws: EngineError.invalidInput(
                "whisper-tiny.en knows only English and cannot translate: choose a multilingual model, such as "
                    + "whisper-base")
        ) {
            try await recognizer.transcribe([], options: RecognitionOptions(task: .translate))
        }
    }

    @Test func isDescribedWithoutLoading() throws {
        let model = try WhisperRecognizer.describe(folder: ONNXTestParts.whisperFolder)
        #expect(model.name == "whisper-tiny.en" && model.engine == "whisper" && model.languages == ["en"])
        #expect(!model.canTranslate && !model.isLoaded && model.created > 1_700_000_000)
        #expect(model.path == ONNXTestParts.whisperFolder)
        #expect(throws: EngineError.self) { try WhisperRecognizer.describe(folder: "/nowhere") }
    }
}
