import Testing
import VoicePipeline

@Suite struct FallbackSynthesizerTests {
    @Test func thePreferredVoiceSpeaks() async throws {
        let voice = FallbackSynthesizer(Voice("first"), else: Voice("second"))
        #expect(voice.name == "first")
        #expect(try await voice.synthesize("Hi.", options: SynthesisOptions()).samples == Voice("first").samples)
    }

    @Test(arguments: [EngineError.unavailable("gone"), .failed(engine: "x", code: 1, message: "y")])
    func theOtherSpeaksWhenItFails(error: EngineError) async throws {
        let records = Guarded(0)
        let log = Log { _ in records.withLock { $0 += 1 } }
        let voice = FallbackSynthesizer(Voice("first", failing: error), else: Voice("second"), log: log)
        #expect(try await voice.synthesize("Hi.", options: SynthesisOptions()).samples == Voice("second").samples)
        #expect(records.withLock { $0 } == 1)
    }

    @Test(arguments: [EngineError.cancelled, .busy, .invalidInput("too long")])
    func whatAnotherVoiceCannotMendIsThrown(error: EngineError) async {
        let voice = FallbackSynthesizer(Voice("first", failing: error), else: Voice("second"))
        await #expect(throws: error) { try await voice.synthesize("Hi.", options: SynthesisOptions()) }
    }

    @Test func bothFailing() async {
        let voice = FallbackSynthesizer(
            Voice("first", failing: .unavailable("a")), else: Voice("second", failing: .unavailable("b")))
        await #expect(throws: EngineError.unavailable("b")) {
            try await voice.synthesize("Hi.", options: SynthesisOptions())
        }
    }
}

private struct Voice: WholeSynthesizer {
    let name: String
    var sampleRate: Int { 100 * name.utf8.count }
    let error: EngineError?
    var samples: [Float] { [Float(name.utf8.count)] }

    init(_ name: String, failing error: EngineError? = nil) {
        self.name = name
        self.error = error
    }

    func synthesize(_ text: String, options: SynthesisOptions) async throws(EngineError) -> SynthesizedSpeech {
        if let error { throw error }
        return SynthesizedSpeech(samples: samples, sampleRate: sampleRate)
    }
}
