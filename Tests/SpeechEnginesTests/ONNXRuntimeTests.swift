import SpeechEngines
import Testing
import VoicePipeline

@Suite struct ONNXRuntimeTests {
    private func isUnavailable(_ error: any Error, naming text: String) -> Bool {
        guard case .unavailable(let sentence) = error as? EngineError else { return false }
        return sentence.contains(text) && !sentence.contains("\n")
    }

    @Test func tellsItsVersion() throws {
        #expect(try ONNXTestParts.runtime().version.hasPrefix("1."))
    }

    @Test func aMissingLibraryIsNamed() {
        #expect {
            try ONNXRuntime(library: "/nowhere/libonnxruntime.so")
        } throws: {
            isUnavailable($0, naming: "/nowhere/libonnxruntime.so")
        }
    }

    @Test func anotherLibraryIsRefused() {
        #expect {
            try ONNXRuntime(library: "libm.so.6")
        } throws: {
            isUnavailable($0, naming: "libm.so.6 is not ONNX Runtime")
        }
    }

    @Test func aFileThatIsNoLibraryIsRefused() {
        let path = ONNXTestParts.temporaryPath("no-library.so")
        ONNXTestParts.write(Array("no library".utf8), to: path)
        defer { ONNXTestParts.remove(path) }
        #expect {
            try ONNXRuntime(library: path)
        } throws: {
            isUnavailable($0, naming: path)
        }
    }

    @Test func aSecondRuntimeMayLiveBesideTheFirst() throws {
        let first = try ONNXTestParts.runtime()
        let second = try ONNXRuntime(library: ONNXTestParts.library, threads: 1)
        #expect(first.version == second.version)
    }
}
