import FoundationEssentials
import Glibc
import SpeechEngines
import Testing
import VoicePipeline
import VoiceTesting

@Suite struct PiperVoiceTests {
    private let quiet = PiperScales(noise: 0, length: 1, width: 0)
    private static let shared = Result { try PiperVoice(ONNXTestParts.runtime(), folder: PiperGolden.voice) }

    @Test func givesTheAudioOfTheOriginal() throws {
        let voice = try Self.shared.get()
        let golden = try PiperGolden.audio()
        #expect(golden.count == 2)
        for (number, audio) in golden.enumerated() {
            let scales = PiperScales(noise: audio.scales[0], length: audio.scales[1], width: audio.scales[2])
            let latents = try voice.latents(of: audio.ids, scales: scales, cancellation: nil)
            let samples = try voice.audio(of: latents, frames: 0..<latents.frames, cancellation: nil)
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

    @Test func partsAreTogetherTheWhole() throws {
        let voice = try Self.shared.get()
        let ids = try #require(try PiperGolden.audio().last).ids
        let latents = try voice.latents(of: ids, scales: quiet, cancellation: nil)
        let whole = try voice.audio(of: latents, frames: 0..<latents.frames, cancellation: nil)
        #expect(whole.count == latents.frames * voice.layout.hop)
        for length in [3, 24, 96, latents.frames + 1] {
            var samples: [Float] = []
            for start in stride(from: 0, to: latents.frames, by: length) {
                let part = try voice.audio(of: latents, frames: start..<start + length, cancellation: nil)
                samples += part
            }
            #expect(samples.count == whole.count)
            let difference = zip(samples, whole).map { abs($0 - $1) }.max() ?? 1
            #expect(difference < 1e-5, "parts of \(length) frames")
        }
    }

    @Test func framesThatThereAreNotGiveNothing() throws {
        let voice = try Self.shared.get()
        let latents = try voice.latents(of: [1, 0, 2], scales: quiet, cancellation: nil)
        for frames in [0..<0, latents.frames..<latents.frames + 5, -3 ..< -1, -3..<0] {
            #expect(try voice.audio(of: latents, frames: frames, cancellation: nil).isEmpty)
        }
        let all = try voice.audio(of: latents, frames: .min ..< .max, cancellation: nil)
        #expect(all.count == latents.frames * voice.layout.hop)
    }

    @Test func readsItsDescription() throws {
        let voice = try Self.shared.get()
        #expect(voice.configuration.sampleRate == 22_050)
        #expect(voice.configuration.phonemeVoice == "en-us")
        #expect(voice.configuration.noiseScale == 0.667)
        #expect(voice.configuration.noiseWidth == 0.8)
        #expect(voice.configuration.symbols["ʃ"] == [96])
        #expect(voice.configuration.symbols["\u{303}"] == [141])
        #expect(voice.layout.hop == 256)
        #expect(voice.layout.channels == 192)
        #expect((8...16).contains(voice.layout.decoderContext))
        #expect(voice.layout.flowContext == 32)
    }

    @Test func refusesAnUnsuitableNumberOfIDs() throws {
        let voice = try Self.shared.get()
        for count in [0, PiperVoice.maximumIDs + 1] {
            #expect(throws: EngineError.self) {
                try voice.latents(of: .init(repeating: 0, count: count), scales: quiet, cancellation: nil)
            }
        }
        // An id that the model does not have is the run-time's own error.
        #expect(throws: EngineError.self) { try voice.latents(of: [99_999], scales: quiet, cancellation: nil) }
        #expect(throws: EngineError.self) { try voice.latents(of: [-99_999], scales: quiet, cancellation: nil) }
    }

    @Test func aCancelledRunEnds() throws {
        let voice = try Self.shared.get()
        let latents = try voice.latents(of: [1, 0, 2], scales: quiet, cancellation: nil)
        let cancellation = EngineCancellation()
        cancellation.cancel()
        #expect(throws: EngineError.cancelled) {
            try voice.latents(of: [1, 0, 2], scales: quiet, cancellation: cancellation)
        }
        #expect(throws: EngineError.cancelled) {
            try voice.audio(of: latents, frames: 0..<latents.frames, cancellation: cancellation)
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

    @Test(arguments: [
        ("", "does not describe"), ("[]", "does not describe"), ("{\"hop\":256,\"channels\":192}", "does not describe"),
        ("{\"hop\":\"256\",\"channels\":192,\"flow_context\":32,\"decoder_context\":11}", "does not describe"),
        ("{\"hop\":0,\"channels\":192,\"flow_context\":32,\"decoder_context\":11}", "its hop is 0"),
        ("{\"hop\":256,\"channels\":-1,\"flow_context\":32,\"decoder_context\":11}", "its channels is -1"),
        (
            "{\"hop\":256,\"channels\":192,\"flow_context\":32,\"decoder_context\":9223372036854775807}",
            "its decoder_context is 9223372036854775807"
        ),
    ])
    func badFactsAreExplained(json: String, expected: String) {
        let error = thrown(EngineError.self) { try PiperLayout(json: Array(json.utf8), path: "layout.json") }
        guard case .unavailable(let text)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(text.hasPrefix("layout.json") && text.contains(expected) && text.contains("setup.sh"), "\(text)")
    }

    @Test(arguments: ["encoder.onnx", "flow.onnx", "decoder.onnx", "layout.json", "voice.onnx.json"])
    func aMissingOrDamagedFileIsNamed(name: String) throws {
        let folder = try VoiceFolder(without: name)
        let path = "\(folder.path)/\(name)"
        #expect(try message(of: folder.path).contains(path), "missing")
        for damage in ["", "no model"] {
            ONNXTestParts.write(Array(damage.utf8), to: path)
            #expect(try message(of: folder.path).contains(path))
        }
    }

    @Test func aVoiceInOnePieceIsExplained() throws {
        let folder = try VoiceFolder(without: "encoder.onnx", "flow.onnx", "decoder.onnx", "layout.json")
        ONNXTestParts.write(Array("whole".utf8), to: "\(folder.path)/voice.onnx")
        let text = try message(of: folder.path)
        #expect(text.contains("in one piece") && text.contains("scripts/setup.sh"), "\(text)")
    }

    @Test(arguments: ["encoder.onnx", "flow.onnx", "decoder.onnx"])
    func anotherModelIsNamed(name: String) throws {
        let folder = try VoiceFolder(without: name)
        try folder.link(name, to: ONNXTestParts.sileroModel)
        #expect(try message(of: folder.path).contains("\(name) is not the expected model"))
    }

    @Test func filesOfAnotherVoiceAreNoticed() throws {
        let ids = try VoiceFolder(without: "voice.onnx.json")
        ONNXTestParts.write(
            Array(
                """
                {"audio":{"sample_rate":22050},"espeak":{"voice":"en-us"},
                 "phoneme_id_map":{"_":[0],"^":[1],"$":[2],"a":[300]}}
                """.utf8), to: "\(ids.path)/voice.onnx.json")
        #expect(try message(of: ids.path).contains("do not belong together"))
        let facts = try VoiceFolder(without: "layout.json")
        ONNXTestParts.write(
            Array("{\"hop\":300,\"channels\":192,\"flow_context\":32,\"decoder_context\":11}".utf8),
            to: "\(facts.path)/layout.json")
        #expect(try message(of: facts.path).contains("do not belong together"))
        ONNXTestParts.write(
            Array("{\"hop\":256,\"channels\":80,\"flow_context\":32,\"decoder_context\":11}".utf8),
            to: "\(facts.path)/layout.json")
        #expect(try message(of: facts.path).contains("not the expected model"))
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

    private static let names = ["encoder.onnx", "flow.onnx", "decoder.onnx", "layout.json", "voice.onnx.json"]

    /// The shared voice without some of its files.
    init(without missing: String...) throws {
        try #require(mkdir(path, 0o700) == 0)
        for name in Self.names where !missing.contains(name) {
            try link(name, to: "\(PiperGolden.voice)/\(name)")
        }
    }

    deinit {
        for name in Self.names + ["voice.onnx"] { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    func link(_ name: String, to target: String) throws {
        try #require(symlink(target, "\(path)/\(name)") == 0)
    }
}
