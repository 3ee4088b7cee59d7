import FoundationEssentials
import Glibc
import SpeechEngines
import Testing
import VoicePipeline
import VoiceTesting

@Suite struct PiperVoiceTests {
    private static let shared = Result { try PiperVoice(ONNXTestParts.runtime(), folder: PiperGolden.voice) }

    @Test func givesTheAudioOfTheOriginal() throws {
        let voice = try Self.shared.get()
        let golden = try PiperGolden.audio()
        #expect(golden.count == 2)
        for (number, audio) in golden.enumerated() {
            let scales = PiperScales(noise: audio.scales[0], length: audio.scales[1], width: audio.scales[2])
            let samples = try voice.audio(of: audio.ids, scales: scales, cancellation: nil)
            #expect(samples.count == audio.samples)
            let expected = PiperGolden.samples(number)
            #expect(expected.count == (audio.samples + 7) / 8)
            var difference: Float = 0
            for (index, value) in expected.enumerated() where index * 8 < samples.count {
                difference = max(difference, abs(samples[index * 8] - value))
            }
            // Speech of this voice reaches 0.5; the order of additions differs between processors.
            #expect(difference < 1e-3, "\(audio.text): \(difference)")
        }
    }

    @Test func aRunThatReleasesItsMemoryGivesTheSame() throws {
        let voice = try Self.shared.get()
        let ids = try #require(try PiperGolden.audio().last).ids
        let scales = PiperScales(noise: 0, length: 2, width: 0)
        let kept = try voice.audio(of: ids, scales: scales, cancellation: nil)
        for cancellation in [nil, EngineCancellation()] {
            let released = try voice.audio(of: ids, scales: scales, cancellation: cancellation, releasesMemory: true)
            #expect(released == kept)
        }
        #expect(try voice.audio(of: ids, scales: scales, cancellation: nil) == kept)
    }

    @Test func readsItsDescription() throws {
        let voice = try Self.shared.get()
        #expect(voice.configuration.sampleRate == 22_050)
        #expect(voice.configuration.phonemeVoice == "en-us")
        #expect(voice.configuration.noiseScale == 0.667)
        #expect(voice.configuration.noiseWidth == 0.8)
        #expect(voice.configuration.symbols["ʃ"] == [96])
        #expect(voice.configuration.symbols["\u{303}"] == [141])
    }

    @Test func refusesAnUnsuitableNumberOfIDs() throws {
        let voice = try Self.shared.get()
        let scales = PiperScales(noise: 0, length: 1, width: 0)
        for count in [0, PiperVoice.maximumIDs + 1] {
            #expect(throws: EngineError.self) {
                try voice.audio(of: .init(repeating: 0, count: count), scales: scales, cancellation: nil)
            }
        }
        // An id that the model does not have is the run-time's own error.
        #expect(throws: EngineError.self) { try voice.audio(of: [99_999], scales: scales, cancellation: nil) }
        #expect(throws: EngineError.self) { try voice.audio(of: [-99_999], scales: scales, cancellation: nil) }
    }

    @Test func aCancelledRunEnds() throws {
        let voice = try Self.shared.get()
        let cancellation = EngineCancellation()
        cancellation.cancel()
        #expect(throws: EngineError.cancelled) {
            try voice.audio(
                of: [1, 0, 2], scales: PiperScales(noise: 0, length: 1, width: 0), cancellation: cancellation)
        }
    }

    // MARK: - Bad files

    @Test func aMissingVoiceIsNamed() throws {
        #expect(try message(of: "/nonexistent/voice").hasPrefix("/nonexistent/voice/voice.onnx.json cannot be read"))
    }

    @Test(arguments: [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[]", "another type"),
        ("{}", "\"audio\" is missing"),
        (
            "{\"audio\":{\"sample_rate\":\"fast\"},\"espeak\":{\"voice\":\"en\"},\"phoneme_id_map\":{}}",
            "audio.sample_rate"
        ),
        ("{\"audio\":{\"sample_rate\":1},\"espeak\":{\"voice\":\"en\"},\"phoneme_id_map\":{}}", "sample rate is 1 Hz"),
        (
            "{\"audio\":{\"sample_rate\":22050},\"espeak\":{\"voice\":\"en\"},\"phoneme_id_map\":{\"_\":[0]}}",
            "no id for the symbol \"^\""
        ),
        (
            "{\"audio\":{\"sample_rate\":22050},\"espeak\":{\"voice\":\"en\"},\"phoneme_id_map\":{\"_\":[]}}",
            "the symbol \"_\""
        ),
        (
            "{\"audio\":{\"sample_rate\":22050},\"espeak\":{\"voice\":\"en\"},\"phoneme_id_map\":{\"_\":[-1]}}",
            "the symbol \"_\""
        ),
        (
            "{\"audio\":{\"sample_rate\":22050},\"espeak\":{\"voice\":\"en\"},\"num_speakers\":904,\"phoneme_id_map\":{}}",
            "904 speakers"
        ),
        (
            "{\"audio\":{\"sample_rate\":22050},\"espeak\":{\"voice\":\"en\"},\"phoneme_type\":\"text\",\"phoneme_id_map\":{}}",
            "type \"text\""
        ),
        (
            "{\"audio\":{\"sample_rate\":22050},\"espeak\":{\"voice\":\"en\"},\"inference\":{\"noise_w\":-1},\"phoneme_id_map\":{}}",
            "scales"
        ),
    ])
    func aBadDescriptionIsExplained(json: String, expected: String) {
        let error = thrown(EngineError.self) {
            try PiperConfiguration(json: Array(json.utf8), path: "voice.onnx.json")
        }
        guard case .unavailable(let text)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(text.contains(expected) && text.hasPrefix("voice.onnx.json"), "\(text)")
    }

    @Test func aDamagedModelIsNamed() throws {
        let folder = try VoiceFolder()
        try folder.link("voice.onnx.json", to: "\(PiperGolden.voice)/voice.onnx.json")
        #expect(try message(of: folder.path).contains("voice.onnx"), "missing")
        ONNXTestParts.write(Array("not a model".utf8), to: "\(folder.path)/voice.onnx")
        #expect(try message(of: folder.path).contains("\(folder.path)/voice.onnx"))
    }

    @Test func anotherModelIsNamed() throws {
        let folder = try VoiceFolder()
        try folder.link("voice.onnx.json", to: "\(PiperGolden.voice)/voice.onnx.json")
        try folder.link("voice.onnx", to: ONNXTestParts.sileroModel)
        #expect(try message(of: folder.path).contains("is not the expected model"))
    }

    @Test func aDescriptionOfAnotherVoiceIsNoticed() throws {
        let folder = try VoiceFolder()
        try folder.link("voice.onnx", to: "\(PiperGolden.voice)/voice.onnx")
        ONNXTestParts.write(
            Array(
                """
                {"audio":{"sample_rate":22050},"espeak":{"voice":"en-us"},
                 "phoneme_id_map":{"_":[0],"^":[1],"$":[2],"a":[300]}}
                """.utf8), to: "\(folder.path)/voice.onnx.json")
        #expect(try message(of: folder.path).contains("do not belong together"))
    }

    private func message(of folder: String) throws -> String {
        let runtime = try ONNXTestParts.runtime()
        let error = thrown(EngineError.self) { try PiperVoice(runtime, folder: folder) }
        guard case .unavailable(let text)? = error else { return "\(String(describing: error))" }
        return text
    }
}

/// A folder for a voice, deleted with its owner.
private final class VoiceFolder {
    let path = ONNXTestParts.temporaryPath("voice")

    init() throws {
        try #require(mkdir(path, 0o700) == 0)
    }

    deinit {
        for name in ["voice.onnx", "voice.onnx.json"] { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    func link(_ name: String, to target: String) throws {
        try #require(symlink(target, "\(path)/\(name)") == 0)
    }
}
