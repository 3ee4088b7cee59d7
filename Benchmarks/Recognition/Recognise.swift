import FoundationEssentials
import Glibc
import SpeechEngines
import VoicePipeline

/// One of the recognisers of Benchmarks/stt.py: a line of JSON in for each recording, one out; see
/// Benchmarks/peers/recogniser.py.
struct Recognise {
    private struct Question: Decodable {
        /// A file of 32-bit floats, little-endian, 16 kHz.
        var samples: String
    }

    private struct Answer: Encodable {
        var ms: Double
        var cpu_ms: Double
        var text: String
        var resident_mb: Int
    }

    private struct Ready: Encodable {
        var ready = true
        var resident_mb: Int
    }

    let recognizer: any SpeechRecognizer
    let transcriber: RecordingTranscriber
    /// Whether the times of segments are wanted.
    let times: Bool

    func run() async throws {
        try write(Ready(resident_mb: Self.residentMegabytes()))
        while let line = readLine() {
            let question = try JSONDecoder().decode(Question.self, from: Data(line.utf8))
            let samples = try Self.floats(question.samples)
            var request = TranscriptionRequest()
            request.language = "en"
            request.timing = times ? .segments : .none
            // As the server does.
            if samples.count > 20 * 16_000 { request.priority = .background }
            var cost = Cost()
            let transcription = try await cost.measure { [request] in
                try await transcriber.transcribe(Samples(samples), with: recognizer, request) { _ in }
            }
            try write(
                Answer(
                    ms: cost.wall, cpu_ms: cost.cpu, text: transcription.text, resident_mb: Self.residentMegabytes()))
        }
    }

    private func write(_ answer: some Encodable) throws {
        say(String(decoding: try JSONEncoder().encode(answer), as: UTF8.self))
    }

    private static func floats(_ path: String) throws -> [Float] {
        let data = try Data(contentsOf: URL(filePath: path))
        return data.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count - 3, by: 4).map { offset in
                Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
            }
        }
    }

    private static func residentMegabytes() -> Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 128)
        let count = fread(&bytes, 1, bytes.count, file)
        let fields = String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: " ")
        return fields.count > 1 ? ((Int(fields[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))) >> 20 : 0
    }
}

/// Samples that are there already, as a recording.
private final class Samples: AudioSource {
    let promisedDuration: Double?
    private let rest: Guarded<ArraySlice<Float>>

    init(_ samples: [Float]) {
        promisedDuration = Double(samples.count) / 16_000
        rest = Guarded(samples[...])
    }

    func read() async throws -> [Float]? {
        rest.withLock { rest in
            guard !rest.isEmpty else { return nil }
            defer { rest = rest.dropFirst(16_000) }
            return Array(rest.prefix(16_000))
        }
    }
}
