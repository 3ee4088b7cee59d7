import Glibc
import SpeechEngines
import Testing
import VoicePipeline

/// Fifty recordings of ten seconds without a word: none may get one.
@Suite struct WhisperInventionTests {
    private static let count = 160_000
    private static let kinds = [
        "zeros", "offset", "white noise", "other white noise", "brown noise", "other brown noise", "hum of 50 Hz",
        "hum of 100 Hz", "hum of 50 Hz with its overtones", "hum of 100 Hz in white noise",
    ]

    /// With a mean square of 1.
    private func samples(_ kind: String) -> [Float] {
        let samples =
            switch kind {
            case "zeros": [Float](repeating: 0, count: Self.count)
            case "offset": [Float](repeating: 1, count: Self.count)
            case "white noise": white(seed: 1)
            case "other white noise": white(seed: 2)
            case "brown noise": brown(white(seed: 3))
            case "other brown noise": brown(white(seed: 4))
            case "hum of 50 Hz": hum(50, overtones: 1)
            case "hum of 100 Hz": hum(100, overtones: 1)
            case "hum of 50 Hz with its overtones": hum(50, overtones: 8)
            default: zip(hum(100, overtones: 3), white(seed: 5)).map { $0 + 0.5 * $1 }
            }
        let power = samples.reduce(Float(0)) { $0 + $1 * $1 } / Float(Self.count)
        return power > 0 ? samples.map { $0 / power.squareRoot() } : samples
    }

    private func white(seed: UInt64) -> [Float] {
        var state = seed
        return (0..<Self.count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 40) / Float(1 << 23) - 1
        }
    }

    private func brown(_ white: [Float]) -> [Float] {
        var level: Float = 0
        return white.map {
            level = level * 0.998 + $0
            return level
        }
    }

    private func hum(_ frequency: Float, overtones: Int) -> [Float] {
        (0..<Self.count).map { index in
            (1...overtones).reduce(Float(0)) { sum, overtone in
                let turns = (Float(index) / 16_000 * frequency * Float(overtone)).truncatingRemainder(dividingBy: 1)
                return sum + sin(turns * 2 * .pi) / Float(overtone)
            }
        }
    }

    @Test(arguments: kinds) func hearsNothing(kind: String) async throws {
        let runtime = try ONNXTestParts.runtime()
        let gate = SpeechGate(
            try Self.loaded.get(), detector: try SileroVAD(runtime: runtime, model: ONNXTestParts.sileroModel))
        let samples = samples(kind)
        for level in [-70, -55, -45, -30, -20] {
            let factor = Float(pow(10, Double(level) / 20))
            let heard = samples.map { min(1, max(-1, $0 * factor)) }
            let careful = RecognitionOptions(effort: .careful, timing: .words)
            for options in [RecognitionOptions(), careful] {
                let transcript = try await gate.transcribe(heard, options: options)
                #expect(transcript.text.isEmpty, "\(kind) at \(level) dB")
                #expect(transcript.segments.isEmpty)
            }
        }
    }

    private static let loaded = Result {
        // Room for all tests of the suite at once.
        try WhisperRecognizer(
            runtime: try ONNXTestParts.runtime(), folder: ONNXTestParts.whisperFolder, capacity: 64)
    }
}
