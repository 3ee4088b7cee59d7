import FoundationEssentials
import SpeechEngines
import VoicePipeline

/// What `Tools/golden/piper_golden.py` wrote, and the parts that the suites share.
enum PiperGolden {
    struct Sentence: Decodable, Sendable {
        var text: String
        var phonemes: String
        var ids: [Int64]
    }

    struct Audio: Decodable, Sendable {
        var text: String
        var ids: [Int64]
        var scales: [Float]
        var samples: Int
    }

    static let folder =
        "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/") + "/Golden/piper"

    static func sentences() throws -> [Sentence] { try decoded("phonemes.json") }
    static func audio() throws -> [Audio] { try decoded("audio.json") }

    /// Every 8th sample of one audio.
    static func samples(_ number: Int) -> [Float] {
        let bytes = ONNXTestParts.read("\(folder)/audio-\(number).f32") ?? []
        return bytes.withUnsafeBytes { buffer in
            (0..<buffer.count / 4).map {
                Float(bitPattern: UInt32(littleEndian: buffer.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
            }
        }
    }

    static let voice = ONNXTestParts.models + "/piper-en_US-joe-medium"

    private static let opened = Result { () throws(EngineError) in try ESpeak() }
    static func espeak() throws -> ESpeak { try opened.get() }

    private static func decoded<Value: Decodable>(_ name: String) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(ONNXTestParts.read("\(folder)/\(name)") ?? []))
    }
}
