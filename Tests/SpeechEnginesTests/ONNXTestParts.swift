import Glibc
import SpeechEngines
import VoicePipeline

/// Where set-up put the library and the models, and one run-time for all suites of this process.
enum ONNXTestParts {
    /// The folder that set-up fills.
    static let folder: String = {
        if let path = getenv("HOTPIN_DEPS") { return String(cString: path) }
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        return parts.joined(separator: "/") + "/.deps"
    }()
    static let library = folder + "/onnxruntime/libonnxruntime.so"
    static let models = folder + "/models"
    static let sileroModel = models + "/silero-vad/silero_vad_16k.onnx"
    /// A small graph as its authors published it.
    static let smallGraph = models + "/silero-vad/silero_vad.onnx"
    static let smartTurnModel = models + "/smart-turn/smart-turn-v3.2-cpu.onnx"
    static let whisperFolder = models + "/whisper-tiny.en"

    private static let loaded = Result { () throws(EngineError) in try ONNXRuntime(library: library) }
    static func runtime() throws -> ONNXRuntime { try loaded.get() }

    /// What the small graph takes: a sound that is always the same, and a fresh state.
    static func smallInputs(_ runtime: ONNXRuntime) throws(EngineError) -> KeyValuePairs<String, ONNXTensor> {
        [
            "input": try ONNXTensor(runtime, shape: [1, 576], repeating: Float(0.1)),
            "state": try ONNXTensor(runtime, shape: [2, 1, 128], repeating: Float(0)),
            "sr": try ONNXTensor(runtime, [16000] as [Int64], shape: []),
        ]
    }

    /// A file or folder name that no other test of this or another process uses.
    static func temporaryPath(_ name: String) -> String {
        "/tmp/hotpin-test-\(getpid())-\(UInt32.random(in: .min ... .max))-\(name)"
    }

    static func write(_ bytes: [UInt8], to path: String) {
        guard let file = fopen(path, "wb") else { return }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }

    static func read(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&piece, 1, piece.count, file), count > 0 { bytes += piece[..<count] }
        return bytes
    }

    static func exists(_ path: String) -> Bool { access(path, R_OK) == 0 }

    /// Resident memory of this process in bytes.
    static func residentBytes() -> Int {
        let text = String(decoding: read("/proc/self/statm") ?? [], as: UTF8.self)
        return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * Int(getpagesize())
    }
}

extension ONNXTestParts {
    static func remove(_ path: String) {
        Glibc.remove(path)
    }
}
