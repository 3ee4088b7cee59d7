import SpeechEngines
import Testing
import VoicePipeline

@Suite struct SileroVADTests {
    private let detector: SileroVAD

    init() throws {
        detector = try SileroVAD(runtime: try ONNXTestParts.runtime(), model: ONNXTestParts.sileroModel)
    }

    @Test func agreesWithThePythonOriginal() async throws {
        let probabilities = try await detector.makeStream().process(try SpeechClips.samples("goforward.raw"))
        let expected = try SpeechClips.goldenLines("silero/goforward.txt").map { try #require(Float($0[0])) }
        #expect(probabilities.count == expected.count)
        let worst = zip(probabilities, expected).map { abs($0 - $1) }.max() ?? 1
        #expect(worst < 1e-4)
    }

    @Test(arguments: [1, 31, 512, 700, 5000])
    func theSizeOfThePiecesDoesNotMatter(size: Int) async throws {
        let samples = Array(try SpeechClips.samples("goforward.raw").prefix(6000))
        let whole = try await detector.makeStream().process(samples)
        let stream = detector.makeStream()
        var pieces: [Float] = []
        for start in stride(from: 0, to: samples.count, by: size) {
            pieces += try await stream.process(Array(samples[start..<min(start + size, samples.count)]))
        }
        #expect(whole.count == samples.count / detector.frameLength)
        #expect(pieces.isClose(to: whole))
    }

    @Test func streamsDoNotDisturbEachOther() async throws {
        let samples = Array(try SpeechClips.samples("goforward.raw").prefix(16384))
        let alone = try await detector.makeStream().process(samples)
        let results = try await withThrowingTaskGroup(of: [Float].self) { group in
            for _ in 0..<4 {
                let stream = detector.makeStream()
                group.addTask {
                    var all: [Float] = []
                    for start in stride(from: 0, to: samples.count, by: 1024) {
                        all += try await stream.process(Array(samples[start..<start + 1024]))
                    }
                    return all
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for result in results { #expect(result.isClose(to: alone)) }
    }

    @Test func aResetForgets() async throws {
        let samples = Array(try SpeechClips.samples("goforward.raw").prefix(16500))
        let stream = detector.makeStream()
        let first = try await stream.process(samples)
        await stream.reset()
        #expect(try await stream.process(samples) == first)
    }

    @Test func nothingGivesNothing() async throws {
        let stream = detector.makeStream()
        #expect(try await stream.process([]).isEmpty)
        #expect(try await stream.process([Float](repeating: 0, count: 511)).isEmpty)
        #expect(try await stream.process([0]).count == 1)
    }

    @Test func silenceAndNoiseAreNotSpeech() async throws {
        for samples in [[Float](repeating: 0, count: 32000), SpeechClips.noise(32000)] {
            let probabilities = try await detector.makeStream().process(samples)
            #expect(probabilities.allSatisfy { $0 < 0.5 })
        }
    }

    @Test func samplesThatAreNoNumbersAreRefusedAndForgotten() async throws {
        let samples = Array(try SpeechClips.samples("goforward.raw").prefix(5120))
        let stream = detector.makeStream()
        let expected = try await detector.makeStream().process(samples)
        await #expect(throws: EngineError.self) {
            try await stream.process(samples + [Float](repeating: .nan, count: 512))
        }
        #expect(try await stream.process(samples) == expected)
    }

    @Test func aCancelledCallLeavesTheStreamAsItWas() async throws {
        let samples = Array(try SpeechClips.samples("goforward.raw").prefix(5120))
        let stream = detector.makeStream()
        let cancelled = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await stream.process(samples)
        }
        await #expect(throws: EngineError.cancelled) { try await cancelled.value }
        #expect(try await stream.process(samples) == detector.makeStream().process(samples))
    }

    @Test func anotherModelIsRefused() throws {
        let runtime = try ONNXTestParts.runtime()
        #expect {
            try SileroVAD(runtime: runtime, model: ONNXTestParts.whisperFolder + "/encoder.int8.onnx")
        } throws: { error in
            guard case .unavailable(let text) = error as? EngineError else { return false }
            return text.contains("is not the expected model")
        }
    }
}

extension [Float] {
    /// The same but for rounding, which depends on how many frames are computed at once.
    fileprivate func isClose(to other: [Float]) -> Bool {
        count == other.count && zip(self, other).allSatisfy { abs($0 - $1) < 1e-5 }
    }
}
