import Testing
import VoicePipeline

@Suite struct WindowCutterTests {
    /// 0.1 s, so that ten make a second.
    private static let frame = 1600

    /// What was said, as stretches of seconds: positive is speech, negative silence.
    private func cut(_ seconds: [Double], settings: WindowCutter.Settings = .init()) -> [RecordingPart] {
        var frames: [Float] = []
        for stretch in seconds {
            frames += repeatElement(stretch > 0 ? 0.9 : 0.05, count: Int((abs(stretch) * 10).rounded()))
        }
        var cutter = WindowCutter(frameLength: Self.frame, settings: settings)
        var parts: [RecordingPart] = []
        // A second at a time, as recordings are read; each sample is its frame's number.
        for start in stride(from: 0, to: frames.count, by: 10) {
            let range = start..<min(start + 10, frames.count)
            let samples = range.flatMap { repeatElement(Float($0), count: Self.frame) }
            parts += cutter.append(samples, Array(frames[range]))
        }
        return parts + cutter.finish()
    }

    private func windows(_ parts: [RecordingPart]) -> [(start: Double, end: Double)] {
        parts.compactMap {
            guard case .window(let window) = $0 else { return nil }
            return (Double(window.start) / 16_000, Double(window.end) / 16_000)
        }
    }

    private func expect(_ parts: [RecordingPart], _ expected: [(Double, Double)]) {
        let found = windows(parts)
        #expect(found.count == expected.count, "\(found)")
        for (window, (start, end)) in zip(found, expected) {
            #expect(abs(window.start - start) < 1e-9 && abs(window.end - end) < 1e-9, "\(found)")
        }
    }

    @Test func aShortRecordingIsOneWindowWithMarginsOfSilence() {
        let parts = cut([-1, 2, -1, 1, -1])
        expect(parts, [(0.7, 5.3)])
        #expect(parts.last == .silence(until: 96_000))
        guard case .window(let window) = parts[0] else { return }
        #expect(window.samples.first == 7)
        #expect(window.speech == 16_000..<80_000)
    }

    @Test func silenceHasNoWindow() {
        #expect(cut([-5]) == [.silence(until: 80_000)])
        #expect(cut([]) == [.silence(until: 0)])
    }

    @Test func longSilenceIsTold() {
        let parts = cut([-70])
        #expect(parts.count == 3)
        #expect(parts.last == .silence(until: 70 * 16_000))
    }

    @Test func twoLoudFramesAreANoise() {
        expect(cut([-1, 0.2, -5, 0.3, -5]), [(5.9, 6.8)])
    }

    @Test func aLongPauseEndsAWindow() {
        expect(cut([3, -2.5, 3, -1]), [(0, 3.3), (5.2, 8.8)])
    }

    @Test func aLongWindowIsCutAtItsLongestGap() {
        // Gaps at 3 (too early), 8 (0.3 s), 11.3 (0.6 s), 13.9 (0.2 s).
        expect(cut([3, -1, 4, -0.3, 3, -0.6, 2, -0.2, 3]), [(0, 11.6), (11.6, 17.1)])
    }

    @Test func aMarginIsTakenFromEachSideOfAGap() {
        expect(cut([10, -1.5, 6]), [(0, 10.3), (11.2, 17.5)])
    }

    @Test func whoeverPausesLateIsCutThere() {
        expect(cut([20, -0.4, 9]), [(0, 20.2), (20.2, 29.4)])
    }

    @Test func whoeverPausesEarlyOnlyIsCutThere() {
        expect(cut([4, -0.4, 27]), [(0, 4.2), (4.2, 31.4)])
    }

    @Test func whoeverNeverPausesIsCutAtTheQuietestPlace() {
        // Loudness is the frame's number here, so the quietest place is the first that may be taken: the middle.
        let parts = windows(cut([40]))
        #expect(parts.count == 2)
        #expect(parts[0] == (0, 14))
        #expect(parts[1] == (14, 40))
    }

    @Test func everySampleWithSpeechIsInOneWindow() {
        var random = SequenceOfNumbers(state: 6)
        for _ in 0..<200 {
            var seconds: [Double] = []
            for index in 0..<Int.random(in: 1...30, using: &random) {
                seconds.append((index % 2 == 0 ? 1 : -1) * Double.random(in: 0.3...9, using: &random).rounded(.up) / 3)
            }
            var frames: [Bool] = []
            for stretch in seconds {
                frames += repeatElement(stretch > 0, count: Int((abs(stretch) * 10).rounded()))
            }
            var last = 0.0
            var covered = Set<Int>()
            for window in windows(cut(seconds)) {
                #expect(window.start >= last - 1e-9)
                #expect(window.end - window.start <= 29.2)
                last = window.end
                for frame in Int((window.start * 10).rounded())..<Int((window.end * 10).rounded()) {
                    #expect(covered.insert(frame).inserted)
                }
            }
            let lost = frames.indices.filter { frames[$0] && !covered.contains($0) }
            #expect(lost.isEmpty, "\(seconds)")
        }
    }

    @Test func doubtIsNeitherSpeechNorSilence() {
        var cutter = WindowCutter(frameLength: Self.frame)
        let parts = cutter.append([Float](repeating: 0, count: 100 * Self.frame), [Float](repeating: 0.4, count: 100))
        #expect(parts.isEmpty)
        #expect(cutter.finish() == [.silence(until: 100 * Self.frame)])
    }

    @Test func whatFillsNoFrameIsKept() {
        var cutter = WindowCutter(frameLength: Self.frame)
        var parts = cutter.append(
            [Float](repeating: 0, count: 10 * Self.frame + 700), [Float](repeating: 0.9, count: 10))
        parts += cutter.finish()
        expect(parts, [(0, 1 + 700 / 16_000)])
        #expect(parts.last == .silence(until: 16_700))
    }
}

/// The same numbers in every run (a linear congruential generator, Knuth's MMIX constants).
private struct SequenceOfNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 32)
    }
}
