import SpeechEngines
import Testing
import VoicePipeline
import VoiceTesting

@Suite struct VoskResultTests {
    private func result(_ json: String) throws(EngineError) -> VoskResult { try VoskResult(json: Array(json.utf8)) }

    @Test func wordsComeWithTimesAndProbabilities() throws {
        let result = try result(
            """
            {
              "result" : [{ "conf" : 0.500000, "end" : 1.020000, "start" : 0.360000, "word" : "안녕" },
                { "conf" : 1.000000, "end" : 1.500000, "start" : 1.020000, "word" : "하세요" }],
              "text" : " 안녕 하세요"
            }
            """)
        #expect(result.text == "안녕 하세요")
        #expect(result.words.map(\.text) == ["안녕", "하세요"])
        #expect(result.words.map(\.start) == [0.36, 1.02] && result.words.map(\.end) == [1.02, 1.5])
        #expect(abs(result.logProbability + 0.6931) < 0.001)
        let segment = result.segment(words: true, length: 1.2)
        #expect(segment.start == 0.36 && segment.end == 1.2 && segment.words.count == 2)
        #expect(segment.words[1].end == 1.2)
        #expect(result.segment(words: false, length: 9).words.isEmpty)
    }

    @Test func nothingSaidIsNoFault() throws {
        #expect(try result(#"{"text": ""}"#) == result(#"{"text": " ", "result": []}"#))
        #expect(try VoskResult.partial(json: Array(#"{"partial" : "so far "}"#.utf8)) == "so far")
        #expect(try VoskResult.partial(json: Array(#"{"text": ""}"#.utf8)) == "")
    }

    @Test func valuesOutsideTheirRangesAreMended() throws {
        let result = try result(
            """
            {"text": "a b", "result": [{"conf": 7, "start": -1, "end": -2, "word": "a"},
              {"conf": -1, "start": 3, "end": 2, "word": "b"}, {"conf": 1, "start": 1, "end": 2, "word": " "}]}
            """)
        #expect(result.words.map(\.start) == [0, 3] && result.words.map(\.end) == [0, 3])
        #expect(result.words.map(\.probability) == [1, 0])
        #expect(result.logProbability.isFinite)
        let segment = result.segment(words: true, length: 1)
        #expect(segment.words.allSatisfy { $0.start <= $0.end && $0.end <= 1 })
    }

    @Test(arguments: [
        "", "{", "[]", "null", "{}", #"{"partial": "x"}"#, #"{"text": 1}"#, #"{"text": "a", "result": [{}]}"#,
        #"{"text": "a", "result": [{"conf": nan, "start": 0, "end": 1, "word": "a"}]}"#,
        #"{"text": "a", "result": {"word": "a"}}"#,
    ])
    func whatIsNoResultIsRefused(json: String) {
        #expect(throws: EngineError.self) { try result(json) }
    }

    @Test(arguments: ["", #"{"result": []}"#, #"{"partial": null}"#, "{\"partial\": \"\u{1}\"}"])
    func whatIsNoPartialResultIsRefused(json: String) {
        #expect(throws: EngineError.self) { try VoskResult.partial(json: Array(json.utf8)) }
    }
}
