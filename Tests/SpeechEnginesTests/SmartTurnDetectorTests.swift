import SpeechEngines
import Testing
import VoicePipeline

@Suite struct SmartTurnFeaturesTests {
    @Test(arguments: [30000, 150_000])
    func agreeWithThePythonOriginal(count: Int) throws {
        let clip = try SpeechClips.samples("goforward.raw")
        let samples = Array([[Float]](repeating: clip, count: 4).joined().prefix(count))
        var features = [Float](repeating: .nan, count: SmartTurnFeatures.bands * SmartTurnFeatures.frames)
        let computer = try SmartTurnFeatures()
        features.withUnsafeMutableBufferPointer { computer.compute(samples, into: $0) }
        let bytes = try SpeechClips.golden("smart-turn/mel-\(count).bin")
        let golden = bytes.withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map {
                Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
            }
        }
        let kept = (0..<80).flatMap { band in stride(from: 0, to: 800, by: 9).map { features[band * 800 + $0] } }
        #expect(kept.count == golden.count)
        #expect(zip(kept, golden).map { abs($0 - $1) }.max() ?? 1 < 1e-3)
    }

    @Test func silenceHasFeaturesToo() throws {
        for samples in [[], [Float](repeating: 0, count: 20000), [Float](repeating: 0.3, count: 200_000)] {
            var features = [Float](repeating: .nan, count: SmartTurnFeatures.bands * SmartTurnFeatures.frames)
            let computer = try SmartTurnFeatures()
            features.withUnsafeMutableBufferPointer { computer.compute(samples, into: $0) }
            #expect(features.allSatisfy { $0.isFinite })
        }
    }

    @Test(arguments: [0, -1, 129, .max])
    func aSillyNumberOfBandsIsRefused(count: Int) {
        #expect(throws: EngineError.self) { try MelFilters(slaney: count) }
    }
}

/// The model is optional: scripts/setup.sh --with smart-turn.
@Suite(.enabled(if: ONNXTestParts.exists(ONNXTestParts.smartTurnModel), "run scripts/setup.sh --with smart-turn"))
struct SmartTurnDetectorTests {
    private func detector() throws -> SmartTurnDetector {
        try SmartTurnDetector(runtime: try ONNXTestParts.runtime(), model: ONNXTestParts.smartTurnModel)
    }

    @Test func agreesWithThePythonOriginal() async throws {
        let detector = try detector()
        let clip = try SpeechClips.samples("goforward.raw")
        for line in try SpeechClips.goldenLines("smart-turn/probability.tsv") {
            let count = try #require(Int(line[1]))
            let samples = Array([[Float]](repeating: clip, count: line[0].hasSuffix("x4") ? 4 : 1).joined())
            let probability = try await detector.completeness(of: Array(samples.prefix(count)))
            let expected = try #require(Float(line[2]))
            #expect(abs(probability - expected) < 0.02)
        }
    }

    @Test func samplesThatAreNoNumbersAreRefused() async throws {
        let detector = try detector()
        await #expect(throws: EngineError.self) { try await detector.completeness(of: [0, .nan, 0]) }
        let silence = try await detector.completeness(of: [])
        #expect((0...1).contains(silence))
    }

    @Test func aCancelledLookEnds() async throws {
        let detector = try detector()
        let look = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await detector.completeness(of: [Float](repeating: 0, count: 16000))
        }
        await #expect(throws: EngineError.cancelled) { try await look.value }
    }
}

@Suite struct SmartTurnModelTests {
    @Test(arguments: ["/silero-vad/silero_vad.onnx", "/smart-turn/no-such-file.onnx"])
    func anotherModelIsRefused(name: String) throws {
        let runtime = try ONNXTestParts.runtime()
        #expect {
            try SmartTurnDetector(runtime: runtime, model: ONNXTestParts.models + name)
        } throws: { error in
            guard case .unavailable = error as? EngineError else { return false }
            return true
        }
    }
}
