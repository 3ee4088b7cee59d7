import SpeechEngines
import Testing
import VoicePipeline
import VoiceTesting

@Suite struct MoonshineTokensTests {
    /// Three marks and the given tokens, as the file has them.
    private func file(_ tokens: [[UInt8]]) -> [UInt8] {
        ([Array("<unk>".utf8), Array("<s>".utf8), Array("</s>".utf8)] + tokens).flatMap { token in
            (token.count < 128 ? [UInt8(token.count)] : [UInt8(128 + token.count % 128), UInt8(token.count / 128)])
                + token
        }
    }

    @Test func marksAreNoTextAndSpacesAreWritten() throws {
        let tokens = try MoonshineTokens(
            file: file([Array("\u{2581}Go".utf8), [], Array("\u{2581}on".utf8)]), path: "t")
        #expect(tokens.count == 6)
        #expect(tokens.text([1, 3, 4, 5, 2]) == " Go on")
        #expect(tokens.text([-1, 6, 99]) == "")
    }

    @Test func longTokensHaveALengthOfTwoBytes() throws {
        let long = [UInt8](repeating: UInt8(ascii: "a"), count: 300)
        let tokens = try MoonshineTokens(file: file([long, [0xC3]]), path: "t")
        #expect(tokens.text([3]).count == 300)
        // A character that is cut in the middle.
        #expect(tokens.text([4]) == "\u{FFFD}")
    }

    @Test(arguments: [[], [5], [200], [3, 1, 2], [0, 0, 0]] as [[UInt8]])
    func whatBreaksOffIsRefused(bytes: [UInt8]) {
        let error = thrown(EngineError.self) { try MoonshineTokens(file: bytes, path: "the/file") }
        guard case .unavailable(let reason)? = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(reason.contains("the/file"))
    }
}

@Suite struct MoonshineLimitsTests {
    @Test func longAudioIsCutWhereItIsQuietest() {
        var samples = [Float](repeating: 0.5, count: 40 * 16_000)
        for index in 18 * 16_000..<19 * 16_000 { samples[index] = 0.01 }
        let parts = MoonshineLimits.parts(samples)
        #expect(parts.count == 2)
        #expect((18 * 16_000..<19 * 16_000).contains(parts[0].count))
        #expect(parts.reduce(0) { $0 + $1.count } == samples.count)
    }

    @Test(arguments: [0, 1, 16_000, MoonshineLimits.longest, MoonshineLimits.longest + 1, 100 * 16_000])
    func partsAreTheWhole(count: Int) {
        let parts = MoonshineLimits.parts([Float](repeating: 0, count: count))
        #expect(parts.reduce(0) { $0 + $1.count } == count)
        #expect(parts.allSatisfy { $0.count <= MoonshineLimits.longest })
    }
}
