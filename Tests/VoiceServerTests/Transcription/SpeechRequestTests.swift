import Testing
import Transport
import VoicePipeline
import VoiceServer
import VoiceTesting

@Suite struct Base64Tests {
    @Test(arguments: [
        ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"), ("Zm8", "fo"), ("Zg", "f"),
        ("Zm9v\r\nYmFy\n", "foobar"), ("Pz8/", "???"), ("Pz8_", "???"), ("fn5+", "~~~"), ("fn5-", "~~~"),
    ])
    func decodes(text: String, content: String) {
        #expect(Base64.decode(text.utf8) == Array(content.utf8))
    }

    @Test(arguments: [
        "Z", "Zm9vZ", "Zg=", "Zg===", "Zm9=v", "=", "====", "Zm9v=", "Zm9v!", "data:audio/wav;base64,Zg==", "Zü==",
    ])
    func refuses(text: String) {
        #expect(Base64.decode(text.utf8) == nil)
    }
}

@Suite struct TranscribeOptionsTests {
    private func read(
        query: [String: String] = [:], form: [String: String] = [:], languages: [String] = ["en"]
    ) throws(ServiceFailure) -> TranscribeOptions {
        try TranscribeOptions(query: { query[$0] }, form: { form[$0] }, languages: languages)
    }

    @Test func aModelOfAnotherLanguageIsNotAskedForEnglish() throws {
        #expect(try read(languages: ["ko"]).language == "ko")
        #expect(try read(form: ["language": ""], languages: ["ko"]).language == "ko")
        #expect(try read().language == "en")
        #expect(throws: ServiceFailure.self) { try read(form: ["language": "de"], languages: ["ko"]) }
    }

    @Test func aModelThatSaysNoLanguageTakesEveryOne() throws {
        #expect(try read(languages: []).language == nil)
        #expect(try read(form: ["language": "german"], languages: []).language == "de")
        #expect(throws: ServiceFailure.self) { try read(form: ["language": "xx"], languages: []) }
    }

    @Test func hasTheDocumentsDefaults() throws {
        let options = try read()
        #expect(options.language == "en" && options.normalizes && options.trimsSilence)
    }

    @Test func takesTheFormBeforeTheQuery() throws {
        let options = try read(
            query: ["language": "fr", "normalize": "false", "trim_silence": "no"],
            form: ["language": "de", "normalize": "1"], languages: ["de", "en", "fr"])
        #expect(options.language == "de" && options.normalizes && !options.trimsSilence)
    }

    @Test(arguments: [("English", "en"), ("EN", "en"), ("en-US", "en"), (" german ", "de"), ("", "en")])
    func knowsLanguages(text: String, code: String) throws {
        #expect(try read(form: ["language": text], languages: ["de", "en"]).language == code)
    }

    @Test func findsOutWhereAsked() throws {
        #expect(try read(form: ["language": "Auto"]).language == nil)
    }

    @Test(arguments: ["fr", "klingon", "\u{0}", String(repeating: "x", count: 5000)])
    func refusesOtherLanguages(text: String) {
        let failure = thrown(ServiceFailure.self) { try read(query: ["language": text]) }
        #expect(failure?.status == 422)
        #expect(failure?.field == ServiceFailure.Field(place: "query", name: "language", type: "value_error"))
        #expect(failure.map { $0.message.utf8.count < 300 && $0.message.contains("knows en") } == true)
    }

    @Test func refusesWhatIsNoTruthValue() {
        let failure = thrown(ServiceFailure.self) { try read(form: ["normalize": "maybe"]) }
        #expect(failure?.field?.name == "normalize" && failure?.field?.type == "bool_parsing")
    }
}

@Suite struct TranscriptionOptionsTests {
    private static let english = RecognitionModel(name: "tiny.en", engine: "whisper", path: "")
    private static let all = RecognitionModel(
        name: "base", engine: "whisper", path: "", languages: ["de", "en"], canTranslate: true)

    private func read(
        _ fields: KeyValuePairs<String, String>, task: RecognitionOptions.Task = .transcribe,
        model: RecognitionModel = TranscriptionOptionsTests.english
    ) throws(ServiceFailure) -> TranscriptionOptions {
        let pairs = fields.map { (name: $0.key, value: $0.value) }
        return try TranscriptionOptions(
            task: task, field: { name in pairs.last { $0.name == name }?.value },
            fields: { name in pairs.filter { $0.name == name }.map(\.value) }, model: model)
    }

    @Test func needsNothing() throws {
        let options = try read([:])
        #expect(options.format == .json && !options.streams)
        #expect(options.request == TranscriptionRequestFixture.quick)
    }

    @Test func readsEverything() throws {
        let options = try read(
            [
                "response_format": "verbose_json", "language": "de", "prompt": "Names: Wu", "hotwords": "Hotpin",
                "temperature": "0.4", "timestamp_granularities[]": "word", "timestamp_granularities[]": "segment",
                "stream": "true", "include[]": "logprobs",
            ], model: Self.all)
        #expect(options.format == .verboseJSON && options.listsWords && options.listsSegments && options.streams)
        #expect(options.request.language == "de" && options.request.prompt == "Names: Wu")
        #expect(options.request.hotWords == "Hotpin" && options.request.temperature == 0.4)
        #expect(options.request.timing == .words)
    }

    @Test func asksOnlyForTheTimesThatAreWanted() throws {
        #expect(try read(["response_format": "text"]).request.timing == .none)
        #expect(try read(["response_format": "srt"]).request.timing == .segments)
        #expect(try read(["response_format": "verbose_json"]).request.timing == .segments)
        let words = try read(["response_format": "verbose_json", "timestamp_granularities[]": "word"])
        #expect(words.request.timing == .words && !words.listsSegments)
        // OpenAI's 0 is where nothing was asked.
        #expect(try read(["temperature": "0"]).request.temperature == nil)
    }

    @Test(arguments: [
        ("response_format", "mp3"), ("language", "de"), ("temperature", "2"), ("temperature", "nan"),
        ("timestamp_granularities[]", "line"), ("timestamp_granularities[]", "word"), ("stream", "maybe"),
    ])
    func namesWhatIsWrong(name: String, value: String) {
        let failure = thrown(ServiceFailure.self) { try read([name: value]) }
        #expect(failure?.status == 422)
        #expect(failure.map { name.hasPrefix($0.field?.name ?? "-") } == true)
    }

    @Test func translatesOnlyWhereTheModelCan() throws {
        #expect(try read([:], task: .translate, model: Self.all).request.task == .translate)
        #expect(throws: ServiceFailure.self) { try read([:], task: .translate) }
    }
}

private enum TranscriptionRequestFixture {
    static var quick: TranscriptionRequest {
        var request = TranscriptionRequest()
        request.timing = .none
        return request
    }
}

@Suite struct SpeechOptionsTests {
    private func read(_ json: String) throws(ServiceFailure) -> SpeechOptions {
        try SpeechOptions(json: Array(json.utf8), voice: "joe")
    }

    @Test func needsATextOnly() throws {
        let options = try read(#"{"input":"Hi"}"#)
        #expect(options.input == "Hi" && options.format == .wav && options.speed == 1)
        #expect(options.wordsPerMinute(usual: 175) == 175)
    }

    @Test func readsEverything() throws {
        let options = try read(
            #"{"model":"tts-1","input":"Hi","voice":"alloy","response_format":"opus","speed":2,"stream_format":"audio"}"#
        )
        #expect(options.format == .opus && options.wordsPerMinute(usual: 175) == 350)
        #expect(try read(#"{"input":"a","speed":4}"#).wordsPerMinute(usual: 175) == 400)
        #expect(try read(#"{"input":"a","speed":0.25}"#).wordsPerMinute(usual: 175) == 80)
        #expect(try read(#"{"input":"a","voice":"joe","model":"joe"}"#).input == "a")
    }

    @Test(arguments: [
        ("", "0"), ("[]", "0"), (#"{"input":"#, "0"), (#"{}"#, "input"), (#"{"input":""}"#, "input"),
        (#"{"input":5}"#, "input"), (#"{"input":"a","speed":"fast"}"#, "speed"), (#"{"input":"a","speed":5}"#, "speed"),
        (#"{"input":"a","response_format":"mp3"}"#, "response_format"), (#"{"input":"a","voice":"bob"}"#, "voice"),
        (#"{"input":"a","model":"gpt-4"}"#, "model"), (#"{"input":"a","stream_format":"sse"}"#, "stream_format"),
    ])
    func namesWhatIsWrong(json: String, field: String) {
        let failure = thrown(ServiceFailure.self) { try read(json) }
        #expect(failure?.field?.name == field)
    }

    @Test func boundsTheText() {
        let long = String(repeating: "ä", count: SpeechOptions.maximumInput)
        #expect(throws: Never.self) { try read(#"{"input":"\#(long)"}"#) }
        #expect(throws: ServiceFailure.self) { try read(#"{"input":"\#(long)x"}"#) }
    }
}

@Suite struct CrossOriginPolicyTests {
    private let policy = CrossOriginPolicy(origins: ["https://home.example"])

    @Test func isClosedUnlessNamed() {
        #expect(CrossOriginPolicy().headers(["origin": "https://home.example"]) == nil)
        #expect(policy.headers([:]) == nil)
        #expect(policy.headers(["origin": "https://other.example"]) == nil)
        #expect(policy.headers(["origin": "https://home.example", "Origin": "https://home.example"]) == nil)
        #expect(policy.headers(["origin": "HTTPS://home.example"])?.first("access-control-allow-origin") != nil)
    }

    @Test func answersTheQuestionOfABrowser() {
        let request: HTTPHeaders = [
            "origin": "https://home.example", "access-control-request-method": "POST",
            "access-control-request-headers": "authorization, x-stainless-lang",
        ]
        let answer = policy.preflight("OPTIONS", request)
        #expect(answer?.first("access-control-allow-origin") == "https://home.example")
        #expect(answer?.first("access-control-allow-headers") == "authorization, x-stainless-lang")
        #expect(policy.preflight("POST", request) == nil)
        #expect(policy.preflight("OPTIONS", ["origin": "https://home.example"]) == nil)
        #expect(CrossOriginPolicy().preflight("OPTIONS", request) == nil)
        var odd = request
        odd.set("access-control-request-headers", "a\u{7F}")
        #expect(
            policy.preflight("OPTIONS", odd)?.first("access-control-allow-headers") == "Authorization, Content-Type")
    }
}
